package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Parsing;
import dev.panda.answer.testing.ManualEventLoop;
import dev.panda.answer.testing.RecordingClient;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.basemodel.testing.LetterTokenizer;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Continuation;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.TinyModels;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A stream whose client, model, threads and time the test plays. */
abstract class DecodeStreamCase {
  /**
   * Each reads a column of its own: the mean of its numbers, and an estimate from the token before.
   */
  static final List<RewardModel> REWARDS =
      List.of(TinyModels.plain("mean"), TinyModels.withTokenHead(TinyModels.plain("estimate"), 29));

  final RecordingClient<DecodeResponse> client = new RecordingClient<>();
  final FakeSource source = new FakeSource();
  CompletableFuture<CandidateSource> opening = CompletableFuture.completedFuture(source);
  final ManualEventLoop eventLoop = new ManualEventLoop();
  int reserved;
  int reservedCandidates;
  Executor threads = Runnable::run;
  final DecodeStream stream =
      new DecodeStream(
          client,
          new Decoding(
              new DecodeRequests(
                  new Prompts(new LetterTokenizer(), Optional.empty(), 29, false),
                  REWARDS.stream().map(model -> model.card().preference()).toList(),
                  new Limits(29, 20, 100, 8, 2, 2, 1, 90, 3, 2)),
              new Answers(new LetterTokenizer(), List.of(4)),
              REWARDS,
              new Parsing("characters", task -> threads.execute(task)),
              Duration.ofSeconds(60)),
          room -> {
            reserved = room.maxTokens();
            reservedCandidates = room.maxCandidates();
            return opening;
          },
          eventLoop);

  Status.Code code() {
    return Status.fromThrowable(client.failures().get(0)).getCode();
  }

  static DecodeRequest open(String text) {
    return DecodeRequest.newBuilder().setOpen(openSequence(text)).build();
  }

  static DecodeRequest acknowledged(OpenSequence.Builder open) {
    return DecodeRequest.newBuilder().setOpen(open.setAcknowledge(true)).build();
  }

  static OpenSequence.Builder openSequence(String text) {
    return OpenSequence.newBuilder()
        .setPrompt(Prompt.newBuilder().setText(text))
        .setK(2)
        .setMaxTokens(4);
  }

  static DecodeRequest accept(int id) {
    return DecodeRequest.newBuilder().setAccept(AcceptToken.newBuilder().setTokenId(id)).build();
  }

  /** A sequence whose steps the test finishes. */
  static final class FakeSource implements CandidateSource {
    final List<int[]> accepted = new ArrayList<>();
    final List<Optional<Guidance>> guidance = new ArrayList<>();
    CompletableFuture<AdvanceResult> pending;
    CompletableFuture<float[][]> reading;
    CompletableFuture<AdvanceResult> foreseeing;
    final List<Continuation> continuations = new ArrayList<>();
    int[] foreseen;
    int read;
    int readBehind;
    boolean closed;

    @Override
    public CompletableFuture<AdvanceResult> next(Continuation to) {
      continuations.add(to);
      accepted.add(to.accepted());
      guidance.add(to.guided());
      pending = new CompletableFuture<>();
      return pending;
    }

    @Override
    public CompletableFuture<float[][]> read(int drafted, int candidates) {
      readBehind = drafted;
      read = candidates;
      reading = new CompletableFuture<>();
      return reading;
    }

    @Override
    public CompletableFuture<AdvanceResult> foresee(int kept, int[] tokens, int k) {
      foreseen = tokens;
      foreseeing = new CompletableFuture<>();
      return foreseeing;
    }

    void answer(int... ids) {
      answer(new float[0][], new float[0][], ids);
    }

    void answer(float[][] ofAccepted, float[][] ofCandidates, int... ids) {
      answer(ofAccepted, ofCandidates, List.of(), ids);
    }

    void answer(
        float[][] ofAccepted,
        float[][] ofCandidates,
        List<AdvanceResult.Drafted> drafted,
        int... ids) {
      pending.complete(
          new AdvanceResult(ofAccepted, ofCandidates, Optional.of(next(ids)), 0, drafted));
    }

    static NextTokens next(int... ids) {
      float[] logits = new float[ids.length];
      float[] logProbabilities = new float[ids.length];
      for (int i = 0; i < ids.length; i++) {
        logits[i] = 9 - i;
        logProbabilities[i] = -1 - i;
      }
      return new NextTokens(ids, logits, logProbabilities, 0.5f);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
