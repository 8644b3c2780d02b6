package dev.panda.orchestrator.serving.client;

import com.google.protobuf.ByteString;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Turns the answers of a base-model service into records that keep to its contract. */
record BaseModelAnswers(AnswerCheck check) {
  /** How far 16-bit arithmetic may leave the bounds of log-probabilities and entropies. */
  private static final double ROUNDING = 1e-2;

  private static final int[] NONE = {};

  BaseModelDescription description(GetModelResponse model) {
    int vocabularySize = check.atLeastOne("vocabulary_size", model.getVocabularySize());
    check.tokenIds("end_token_ids", model.getEndTokenIdsList(), vocabularySize);
    return new BaseModelDescription(
        model.getId(),
        vocabularySize,
        check.fingerprint(model.getTokenizerFingerprint()),
        Set.copyOf(model.getEndTokenIdsList()),
        check.atLeastOne("context_length", model.getContextLength()),
        check.atLeastOne("max_candidates", model.getMaxCandidates()));
  }

  int[] tokens(List<Integer> ids, int vocabularySize) {
    return check.tokenIds("token_ids", ids, vocabularySize);
  }

  /** Checks that an answer acknowledges the reservation of a sequence. */
  void acknowledged(DecodeResponse answer, CandidateRequest request) {
    requireStep(answer, request.accepted().length);
    check.length("candidate_ids", answer.getCandidateIdsList(), 0);
    requirePrompt(answer, request.prompt());
  }

  /**
   * The candidates of a step.
   *
   * @param step number of tokens accepted so far
   */
  CandidateStep candidates(DecodeResponse answer, CandidateRequest request, int step) {
    int k = request.k();
    requireStep(answer, step);
    check.length("candidate_ids", answer.getCandidateIdsList(), k);
    check.allDifferent("candidate_ids", answer.getCandidateIdsList());
    check.length("candidate_bytes", answer.getCandidateBytesList(), k);
    requirePrompt(answer, NONE);
    Candidates candidates =
        new Candidates(
            check.tokenIds("candidate_ids", answer.getCandidateIdsList(), request.vocabularySize()),
            logProbabilities(answer.getLogProbabilitiesList(), k),
            check.finite("logits", answer.getLogitsList(), request.logits() ? k : 0),
            entropy(answer, request.vocabularySize()),
            request.vocabularySize());
    return new CandidateStep(
        candidates, answer.getCandidateBytesList().stream().map(ByteString::toByteArray).toList());
  }

  private double[] logProbabilities(List<Float> told, int k) {
    double[] logProbabilities = check.finite("log_probabilities", told, k);
    for (int i = 0; i < k; i++) {
      check.require(
          logProbabilities[i] <= ROUNDING,
          "log_probabilities[%d]".formatted(i),
          logProbabilities[i],
          "at most 0");
    }
    return logProbabilities;
  }

  private double entropy(DecodeResponse answer, int vocabularySize) {
    double entropy = check.finite("entropy", answer.getEntropy());
    double most = Math.log(vocabularySize);
    check.require(
        -ROUNDING <= entropy && entropy <= most + ROUNDING,
        "entropy",
        entropy,
        "0 to %.3f, the logarithm of the vocabulary size".formatted(most));
    return entropy;
  }

  private void requireStep(DecodeResponse answer, int step) {
    check.require(answer.getStep() == step, "step", answer.getStep(), "" + step);
  }

  private void requirePrompt(DecodeResponse answer, int[] prompt) {
    List<Integer> told = answer.getPromptTokenIdsList();
    check.length("prompt_token_ids", told, prompt.length);
    check.require(
        Arrays.equals(told.stream().mapToInt(Integer::intValue).toArray(), prompt),
        "prompt_token_ids",
        "other tokens",
        "the prompt's");
  }
}
