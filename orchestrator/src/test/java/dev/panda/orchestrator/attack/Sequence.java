package dev.panda.orchestrator.attack;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A sequence that a client has opened at a model service, and then leaves alone. */
final class Sequence<Q, R> implements ClientResponseObserver<Q, R> {
  private static final int CACHE = 16_384;
  private static final List<Integer> PROMPT = List.of(40, 41, 99, 7);
  private static final int K = 10;
  private static final long PATIENCE_SECONDS = 60;

  private final CompletableFuture<Status> opened = new CompletableFuture<>();
  private ClientCallStreamObserver<Q> call;

  /** Begins a stream at a base-model service, and sends nothing. */
  static Sequence<DecodeRequest, DecodeResponse> silent(Channel base) {
    Sequence<DecodeRequest, DecodeResponse> sequence = new Sequence<>();
    var unused = BaseModelServiceGrpc.newStub(base).decode(sequence);
    return sequence;
  }

  /** Opens one at a base-model service. */
  static Sequence<DecodeRequest, DecodeResponse> decode(Channel base, int maxTokens) {
    Prompt prompt = Prompt.newBuilder().setTokens(TokenIds.newBuilder().addAllIds(PROMPT)).build();
    DecodeRequest.Builder open = DecodeRequest.newBuilder();
    open.getOpenBuilder().setPrompt(prompt).setK(K).setMaxTokens(maxTokens);
    Sequence<DecodeRequest, DecodeResponse> sequence = new Sequence<>();
    BaseModelServiceGrpc.newStub(base).decode(sequence).onNext(open.build());
    return sequence;
  }

  /** Opens one at a reward service. */
  static Sequence<ScoreRequest, ScoreResponse> score(
      Channel reward, String preference, int maxTokens) {
    ScoreRequest.Builder open = ScoreRequest.newBuilder();
    open.getOpenBuilder()
        .addAllPromptTokenIds(PROMPT)
        .addPreferences(preference)
        .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
        .setMaxTokens(maxTokens)
        .setMaxCandidates(K);
    Sequence<ScoreRequest, ScoreResponse> sequence = new Sequence<>();
    RewardServiceGrpc.newStub(reward).score(sequence).onNext(open.build());
    return sequence;
  }

  /**
   * Whether nothing is open at any model service: sequences that fill the cache find room.
   *
   * @return what the services said instead, or {@code OK} alone
   */
  static List<Status.Code> fillCaches(AttackedPanda panda) {
    return Stream.of(
            fill(panda.base()),
            fill(() -> score(panda.kind().connect(), "kind", longest(K))),
            fill(() -> score(panda.terse().connect(), "terse", longest(K))))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /** The same for one base-model service. */
  static List<Status.Code> fill(Service base) {
    return fill(() -> decode(base.connect(), longest(0)));
  }

  private static int longest(int more) {
    return AttackedPanda.CONTEXT - PROMPT.size() - more;
  }

  private static List<Status.Code> fill(Supplier<Sequence<?, ?>> open) {
    List<Sequence<?, ?>> sequences =
        Stream.generate(open).limit(CACHE / AttackedPanda.CONTEXT).toList();
    List<Status.Code> codes = sequences.stream().map(each -> each.opened().getCode()).toList();
    sequences.forEach(Sequence::cancel);
    return codes.stream().distinct().toList();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> client) {
    call = client;
  }

  @Override
  public void onNext(R answer) {
    opened.complete(Status.OK);
  }

  @Override
  public void onError(Throwable failure) {
    opened.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {}

  void cancel() {
    call.cancel("the client goes away", null);
  }

  /** Waits until it is open; else the refusal. */
  Status opened() {
    return opened.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
