package dev.panda.reward.serving.grpc;

import dev.panda.answer.PreferenceNames;
import dev.panda.answer.RefusedException;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.transformer.reward.ScoreUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses requests into records that are within all bounds. */
final class ScoreRequests {
  private final PreferenceNames preferences;
  private final Limits limits;

  /**
   * @param served names of the preferences, in the order of their reward models
   */
  ScoreRequests(List<String> served, Limits limits) {
    this.preferences = new PreferenceNames(served, limits.maxPreferences());
    this.limits = limits;
  }

  /**
   * @throws RefusedException if a field is out of its bounds
   */
  ValidOpen open(OpenSequence open) {
    requireWithin("open.max_candidates", open.getMaxCandidates(), limits.maxCandidates());
    int[] chosen = preferences.indices("open.preferences", open.getPreferencesList());
    ScoreUnit unit = unit("open.unit", open.getUnit());
    int promptTokens = requireSome("open.prompt_token_ids", open.getPromptTokenIdsCount());
    int mostTokens = limits.sequenceTokens(open.getMaxCandidates()) - promptTokens;
    if (mostTokens < 1) {
      throw tooLong("open.prompt_token_ids", promptTokens, promptTokens + mostTokens - 1);
    }
    requireWithin("open.max_tokens", open.getMaxTokens(), mostTokens);
    if (open.getAcceptedTokenIdsCount() > open.getMaxTokens()) {
      throw tooLong(
          "open.accepted_token_ids", open.getAcceptedTokenIdsCount(), open.getMaxTokens());
    }
    int[] prompt = tokens("open.prompt_token_ids", open.getPromptTokenIdsList());
    int[] accepted = tokens("open.accepted_token_ids", open.getAcceptedTokenIdsList());
    return new ValidOpen(
        prompt, accepted, chosen, unit, open.getMaxTokens(), open.getMaxCandidates());
  }

  /**
   * @param length number of the response's tokens accepted so far
   * @throws RefusedException if a field is out of its bounds
   */
  ValidStep step(ScoreCandidates score, ValidOpen open, int length) {
    int accepted = score.getAcceptedTokenIdsCount();
    int candidates = score.getCandidateIdsCount();
    int room = open.maxTokens() - length;
    if (accepted > room) {
      throw tooLong("score.accepted_token_ids", accepted, room);
    }
    if (candidates > open.maxCandidates()) {
      throw RefusedException.field(
          "score.candidate_ids", candidates + " candidates", "at most " + open.maxCandidates());
    }
    if (candidates > 0 && accepted == room) {
      throw RefusedException.field(
          "score.candidate_ids",
          candidates + " candidates",
          "none after open.max_tokens, %d, accepted tokens".formatted(open.maxTokens()));
    }
    ValidStep step =
        new ValidStep(
            tokens("score.accepted_token_ids", score.getAcceptedTokenIdsList()),
            tokens("score.candidate_ids", score.getCandidateIdsList()));
    requireDifferent("score.candidate_ids", score.getCandidateIdsList());
    return step;
  }

  /** Number of all token ids of a request, which are as many as a message can hold at most. */
  int length(ScoreSequencesRequest request) {
    int length = request.getPromptTokenIdsCount();
    for (ResponseTokens response : request.getResponsesList()) {
      length += response.getIdsCount();
    }
    return length;
  }

  /**
   * @throws RefusedException if a field is out of its bounds
   */
  ValidResponses responses(ScoreSequencesRequest request) {
    int[] chosen = preferences.indices("preferences", request.getPreferencesList());
    ScoreUnit unit = unit("unit", request.getUnit());
    int promptTokens = requireSome("prompt_token_ids", request.getPromptTokenIdsCount());
    int room = limits.sequenceTokens(0) - promptTokens;
    if (room < 0) {
      throw tooLong("prompt_token_ids", promptTokens, limits.sequenceTokens(0));
    }
    requireWithin("responses", request.getResponsesCount(), limits.maxResponses());
    int[] prompt = tokens("prompt_token_ids", request.getPromptTokenIdsList());
    List<int[]> responses = new ArrayList<>();
    for (int i = 0; i < request.getResponsesCount(); i++) {
      String field = "responses[%d].ids".formatted(i);
      List<Integer> response = request.getResponses(i).getIdsList();
      if (response.size() > room) {
        throw tooLong(field, response.size(), room);
      }
      responses.add(tokens(field, response));
    }
    return new ValidResponses(prompt, responses, chosen, unit);
  }

  private static ScoreUnit unit(String field, dev.panda.api.reward.v1.RewardUnit unit) {
    return switch (unit) {
      case REWARD_UNIT_NORMALISED -> ScoreUnit.NORMALISED;
      case REWARD_UNIT_RAW -> ScoreUnit.RAW;
      case REWARD_UNIT_UNSPECIFIED, UNRECOGNIZED ->
          throw RefusedException.field(field, unit, "REWARD_UNIT_NORMALISED or REWARD_UNIT_RAW");
    };
  }

  private static int requireSome(String field, int tokens) {
    if (tokens == 0) {
      throw RefusedException.field(field, "empty", "at least one token");
    }
    return tokens;
  }

  private int[] tokens(String field, List<Integer> ids) {
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids.get(i);
      if (tokens[i] < 0 || tokens[i] >= limits.vocabularySize()) {
        throw RefusedException.field(
            "%s[%d]".formatted(field, i), tokens[i], "0 to " + (limits.vocabularySize() - 1));
      }
    }
    return tokens;
  }

  private static void requireDifferent(String field, List<?> values) {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        throw RefusedException.field("%s[%d]".formatted(field, i), values.get(i), "all different");
      }
    }
  }

  private static void requireWithin(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw RefusedException.field(field, value, "1 to " + most);
    }
  }

  private static RefusedException tooLong(String field, int tokens, int most) {
    return RefusedException.field(field, tokens + " tokens", "at most " + most);
  }
}
