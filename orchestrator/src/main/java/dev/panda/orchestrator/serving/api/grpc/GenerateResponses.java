package dev.panda.orchestrator.serving.api.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.panda.api.generation.v1.Candidate;
import dev.panda.api.generation.v1.FinishReason;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.api.generation.v1.Usage;
import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.SteeringDiagnostics;
import dev.panda.orchestrator.serving.generation.GeneratedToken;
import dev.panda.orchestrator.serving.generation.GeneratedToken.ScoredStep;
import dev.panda.orchestrator.serving.generation.GeneratedToken.WholeStep;
import dev.panda.orchestrator.serving.generation.Outcome;
import dev.panda.orchestrator.serving.generation.Response;
import dev.panda.orchestrator.serving.generation.Work;
import java.util.Arrays;

/** Makes the messages of a generation. */
final class GenerateResponses {
  private GenerateResponses() {}

  static GenerateResponse token(GeneratedToken generated) {
    Choice choice = generated.choice();
    Token.Builder token =
        Token.newBuilder()
            .setIndex(generated.index())
            .setId(generated.id())
            .setText(generated.text())
            .setLogProbability(generated.logProbability())
            .setRank(generated.rank());
    choice.reward().ifPresent(token::setReward);
    choice.lambdaIndex().ifPresent(token::setLambdaIndex);
    choice.lambda().ifPresent(token::setLambda);
    choice.score().ifPresent(token::setScore);
    choice.kl().ifPresent(token::setKl);
    generated.step().ifPresent(step -> addCandidates(step, token));
    return GenerateResponse.newBuilder().setToken(token).build();
  }

  private static void addCandidates(WholeStep step, Token.Builder token) {
    Candidates z = step.base().candidates();
    for (int i = 0; i < z.size(); i++) {
      Candidate.Builder candidate =
          Candidate.newBuilder()
              .setId(z.ids()[i])
              .setBytes(ByteString.copyFrom(step.base().bytes().get(i)))
              .setLogProbability(z.logProbabilities()[i]);
      int index = i;
      step.scored().ifPresent(scored -> addRewards(scored, index, candidate));
      token.addCandidates(candidate);
    }
  }

  /** If the request asks for all candidates, every one of them is scored. */
  private static void addRewards(ScoredStep scored, int i, Candidate.Builder candidate) {
    double[] matrix = scored.matrix();
    int preferences = matrix.length / scored.rewards().values().length;
    candidate.setReward(scored.rewards().values()[i]);
    Arrays.stream(matrix, i * preferences, (i + 1) * preferences)
        .forEach(candidate::addPreferenceRewards);
  }

  static GenerateResponse summary(Outcome outcome, Timing timing) {
    Response response = outcome.response();
    SteeringDiagnostics diagnostics = response.diagnostics();
    Summary.Builder summary =
        Summary.newBuilder()
            .setText(response.text())
            .setFinishReason(finishReason(response))
            .setLogProbability(response.logProbability())
            .setRepetition(diagnostics.repetition())
            .setMeanRank(diagnostics.meanRank())
            .addAllWarnings(outcome.warnings())
            .setUsage(usage(outcome, timing));
    Arrays.stream(response.tokenIds()).forEach(summary::addTokenIds);
    outcome.reward().ifPresent(summary::setReward);
    Arrays.stream(response.rewards()).forEach(summary::addPreferenceRewards);
    diagnostics.meanKl().ifPresent(summary::setMeanKl);
    outcome.seed().ifPresent(summary::setSeed);
    return GenerateResponse.newBuilder().setSummary(summary).build();
  }

  private static FinishReason finishReason(Response response) {
    return switch (response.finishReason()) {
      case END_TOKEN -> FinishReason.FINISH_REASON_END_TOKEN;
      case STOP_STRING -> FinishReason.FINISH_REASON_STOP_STRING;
      case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
    };
  }

  /**
   * When things happened.
   *
   * @param toFirstToken from the request to its first token
   * @param total from the request to the summary
   */
  record Timing(java.time.Duration toFirstToken, java.time.Duration total) {}

  private static Usage usage(Outcome outcome, Timing timing) {
    Work work = outcome.work();
    return Usage.newBuilder()
        .setPromptTokens(outcome.promptTokens())
        .setGeneratedTokens(work.tokens())
        .setScoredCandidates(work.scored())
        .setPrunedCandidates(work.pruned())
        .setCachedPromptTokens(work.cachedPromptTokens())
        .setDraftedTokens(work.draftedTokens())
        .setTimeToFirstToken(proto(timing.toFirstToken()))
        .setTotalTime(proto(timing.total()))
        .setBaseTime(proto(work.base()))
        .setRewardTime(proto(work.reward()))
        .build();
  }

  private static Duration proto(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
