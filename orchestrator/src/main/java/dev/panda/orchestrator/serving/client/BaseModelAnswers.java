package dev.panda.orchestrator.serving.client;

import com.google.protobuf.ByteString;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.orchestrator.serving.decoding.Candidates;
import dev.panda.orchestrator.serving.port.Ahead;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.Guidance;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
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
        check.atLeastOne("max_candidates", model.getMaxCandidates()),
        new PreferenceAnswers(check).of(model.getPreferencesList()),
        model.getPreferencesCount() == 0
            ? 0
            : check.atLeastOne("max_preferences", model.getMaxPreferences()),
        new Ahead(
            notNegative("max_draft", model.getMaxDraft()),
            notNegative("max_foreseen", model.getMaxForeseen())));
  }

  private int notNegative(String field, int value) {
    check.require(value >= 0, field, value, "at least 0");
    return value;
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
   * @param within how far below the likeliest a candidate may lie for it to need rewards, in nats
   * @param draft largest number of steps behind tokens of a draft
   */
  CandidateStep candidates(
      DecodeResponse answer, CandidateRequest request, int step, double within, int draft) {
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
        candidates,
        answer.getCandidateBytesList().stream().map(ByteString::toByteArray).toList(),
        cachedPromptTokens(answer, request.prompt().length),
        request
            .guidance()
            .map(
                guidance ->
                    rewards(
                        answer.getRewards(),
                        guidance.preferences(),
                        step,
                        step < request.maxTokens() ? needed(candidates, within, guidance) : 0,
                        k)),
        drafted(answer, request, step, within, draft));
  }

  private List<CandidateStep> drafted(
      DecodeResponse answer, CandidateRequest request, int step, double within, int draft) {
    check.require(
        answer.getDraftedStepsCount() <= draft,
        "drafted_steps",
        answer.getDraftedStepsCount() + " steps",
        "at most those of the draft's %d tokens".formatted(draft));
    List<CandidateStep> drafted = new ArrayList<>();
    for (DecodeResponse behind : answer.getDraftedStepsList()) {
      drafted.add(candidates(behind, request, step + drafted.size() + 1, within, 0));
    }
    return drafted;
  }

  /** The rewards of further candidates of a step. */
  StepRewards further(DecodeResponse answer, CandidateRequest request, int step, int candidates) {
    requireStep(answer, step);
    check.length("candidate_ids", answer.getCandidateIdsList(), 0);
    List<String> preferences = request.guidance().orElseThrow().preferences();
    return rewards(answer.getRewards(), preferences, step, candidates, candidates);
  }

  /** Number of candidates that have rewards. */
  int scored(StepRewards rewards, CandidateRequest request) {
    return rewards.candidates().length / request.guidance().orElseThrow().preferences().size();
  }

  /** Number of first candidates that need rewards: none if only one of several can win. */
  private static int needed(Candidates candidates, double within, Guidance guidance) {
    double[] logs = candidates.logProbabilities();
    int count = 1;
    while (count < logs.length && logs[0] - logs[count] <= within) {
      count++;
    }
    boolean decided = count == 1 && logs.length > 1;
    return decided ? 0 : guidance.stepwise() ? 1 : count;
  }

  private StepRewards rewards(
      dev.panda.api.basemodel.v1.StepRewards told,
      List<String> preferences,
      int step,
      int least,
      int most) {
    int count = preferences.size();
    int length = told.getCandidatesCount();
    check.require(
        length % count == 0 && least <= length / count && length / count <= most,
        "rewards.candidates",
        length + " values",
        "those of %d to %d candidates".formatted(least, most));
    return new StepRewards(
        check.finite(
            "rewards.candidates",
            told.getCandidatesList(),
            length,
            i -> RewardAnswers.finite(preferences.get(i % count), step)),
        check.finite("rewards.running_sums", told.getRunningSumsList(), count),
        check.finite(
            "rewards.response",
            told.getResponseList(),
            count,
            i -> RewardAnswers.finite(preferences.get(i), step)));
  }

  private int cachedPromptTokens(DecodeResponse answer, int promptTokens) {
    int cached = answer.getCachedPromptTokens();
    check.require(
        0 <= cached && cached < promptTokens,
        "cached_prompt_tokens",
        cached,
        "0 to %d, fewer than the prompt's".formatted(promptTokens - 1));
    return cached;
  }

  private double[] logProbabilities(List<Float> told, int k) {
    double[] logProbabilities = check.finite("log_probabilities", told, k);
    for (int i = 0; i < k; i++) {
      check.require(
          i == 0 || logProbabilities[i] <= logProbabilities[i - 1],
          "log_probabilities[%d]".formatted(i),
          logProbabilities[i],
          "at most the one before");
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
