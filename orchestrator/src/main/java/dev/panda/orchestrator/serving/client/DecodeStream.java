package dev.panda.orchestrator.serving.client;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.ForeseeTokens;
import dev.panda.api.basemodel.v1.Guidance;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.ReadCandidates;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.orchestrator.serving.port.Acceptance;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** One {@code Decode} stream. */
final class DecodeStream implements CandidateStream {
  private final BidirectionalCall<DecodeRequest, DecodeResponse> call;
  private final CandidateRequest request;
  private final BaseModelAnswers answers;
  private int step;
  private double within;
  private int[] draft = {};

  /** Number of candidates with rewards, of the last step and of those behind the draft's tokens. */
  private final List<Integer> scored = new ArrayList<>();

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
            .setAcknowledge(true)
            .setMaxDraft(request.ahead().draft())
            .setMaxForeseen(request.ahead().foreseen());
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
        .setStepwise(guidance.stepwise())
        .build();
  }

  @Override
  public void awaitOpened() {
    answers.acknowledged(call.acknowledgement(), request);
    call.expectAnswer(); // the first candidates
  }

  @Override
  public CandidateStep candidates() {
    CandidateStep answer = answers.candidates(call.answer(), request, step, within, draft.length);
    scored.clear();
    scored.add(scored(answer));
    answer.drafted().forEach(behind -> scored.add(scored(behind)));
    return answer;
  }

  private int scored(CandidateStep step) {
    return step.rewards().map(rewards -> answers.scored(rewards, request)).orElse(0);
  }

  @Override
  public StepRewards further(int drafted, int candidates) {
    call.send(
        DecodeRequest.newBuilder()
            .setRead(ReadCandidates.newBuilder().setDrafted(drafted).setCandidates(candidates))
            .build());
    int further = candidates - scored.get(drafted);
    scored.set(drafted, candidates);
    return answers.further(call.answer(), request, step + drafted, further);
  }

  @Override
  public void foresee(int drafted, int[] tokens) {
    step += drafted;
    ForeseeTokens.Builder foresee = ForeseeTokens.newBuilder().setDrafted(drafted);
    Arrays.stream(tokens).forEach(foresee::addTokenIds);
    call.tell(DecodeRequest.newBuilder().setForesee(foresee).build());
  }

  @Override
  public void accept(Acceptance acceptance) {
    step += acceptance.drafted() + 1;
    within = acceptance.within();
    draft = acceptance.draft();
    AcceptToken.Builder accept =
        AcceptToken.newBuilder().setDrafted(acceptance.drafted()).setTokenId(acceptance.token());
    Arrays.stream(draft).forEach(accept::addDraft);
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
