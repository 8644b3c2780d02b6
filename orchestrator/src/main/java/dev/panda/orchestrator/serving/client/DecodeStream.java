package dev.panda.orchestrator.serving.client;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.Guidance;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import java.util.Arrays;
import java.util.function.Function;

/** One {@code Decode} stream. */
final class DecodeStream implements CandidateStream {
  private final BidirectionalCall<DecodeRequest, DecodeResponse> call;
  private final CandidateRequest request;
  private final BaseModelAnswers answers;
  private int step;
  private double within;

  private DecodeStream(
      BidirectionalCall<DecodeRequest, DecodeResponse> call,
      CandidateRequest request,
      BaseModelAnswers answers) {
    this.call = call;
    this.request = request;
    this.answers = answers;
    this.step = request.accepted().length;
    this.within = request.within();
  }

  /**
   * Opens a stream.
   *
   * @param start starts a call with its first question
   */
  static DecodeStream open(
      Function<DecodeRequest, BidirectionalCall<DecodeRequest, DecodeResponse>> start,
      CandidateRequest request,
      BaseModelAnswers answers) {
    TokenIds.Builder prompt = TokenIds.newBuilder();
    Arrays.stream(request.prompt()).forEach(prompt::addIds);
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .setPrompt(Prompt.newBuilder().setTokens(prompt))
            .setK(request.k())
            .setMaxTokens(request.maxTokens())
            .setLogits(request.logits())
            .setAcknowledge(true);
    Arrays.stream(request.accepted()).forEach(open::addAcceptedTokenIds);
    request.guidance().ifPresent(guidance -> open.setGuidance(proto(guidance)));
    if (Double.isFinite(request.within())) {
      open.setWithin(request.within());
    }
    return new DecodeStream(
        start.apply(DecodeRequest.newBuilder().setOpen(open).build()), request, answers);
  }

  private static Guidance proto(dev.panda.orchestrator.serving.port.Guidance guidance) {
    return Guidance.newBuilder()
        .addAllPreferences(guidance.preferences())
        .setUnit(RewardAnswers.proto(guidance.unit()))
        .build();
  }

  @Override
  public void awaitOpened() {
    answers.acknowledged(call.acknowledgement(), request);
    call.expectAnswer(); // the first candidates
  }

  @Override
  public CandidateStep candidates() {
    return answers.candidates(call.answer(), request, step, within);
  }

  @Override
  public void accept(int token, double nextWithin) {
    step++;
    within = nextWithin;
    AcceptToken.Builder accept = AcceptToken.newBuilder().setTokenId(token);
    if (Double.isFinite(within)) {
      accept.setWithin(within);
    }
    call.send(DecodeRequest.newBuilder().setAccept(accept).build());
  }

  @Override
  public void close() {
    call.close();
  }
}
