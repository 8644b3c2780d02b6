package dev.panda.orchestrator.workshop.ask;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Duration;
import dev.panda.api.generation.v1.Candidate;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.api.generation.v1.Usage;
import dev.panda.api.generation.v1.WeightedPreference;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A response's figures as JSON, named as in the contract. Unset fields are absent. */
public final class Figures {
  private Figures() {}

  public static ObjectNode of(Summary summary, GenerationOptions options) {
    List<WeightedPreference> preferences = options.preferences();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("text", summary.getText());
    ArrayNode ids = json.putArray("token_ids");
    summary.getTokenIdsList().forEach(ids::add);
    json.put("finish_reason", finishReason(summary));
    json.put("log_probability", summary.getLogProbability());
    if (summary.hasReward()) {
      json.put("reward", summary.getReward());
      json.put("reward_unit", options.rewardUnit());
    }
    if (summary.getPreferenceRewardsCount() == preferences.size() && !preferences.isEmpty()) {
      ObjectNode rewards = json.putObject("preference_rewards");
      for (int j = 0; j < preferences.size(); j++) {
        rewards.put(preferences.get(j).getName(), summary.getPreferenceRewards(j));
      }
    }
    if (summary.hasMeanKl()) {
      json.put("mean_kl", summary.getMeanKl());
    }
    json.put("repetition", summary.getRepetition());
    json.put("mean_rank", summary.getMeanRank());
    if (summary.hasSeed()) {
      json.put("seed", summary.getSeed());
    }
    if (summary.getWarningsCount() > 0) {
      ArrayNode warnings = json.putArray("warnings");
      summary.getWarningsList().forEach(warnings::add);
    }
    json.set("usage", of(summary.getUsage()));
    return json;
  }

  static String finishReason(Summary summary) {
    return summary
        .getFinishReason()
        .name()
        .substring("FINISH_REASON_".length())
        .toLowerCase(Locale.ROOT);
  }

  private static ObjectNode of(Usage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", usage.getPromptTokens())
        .put("cached_prompt_tokens", usage.getCachedPromptTokens())
        .put("generated_tokens", usage.getGeneratedTokens())
        .put("drafted_tokens", usage.getDraftedTokens())
        .put("scored_candidates", usage.getScoredCandidates())
        .put("pruned_candidates", usage.getPrunedCandidates())
        .put("time_to_first_token_seconds", seconds(usage.getTimeToFirstToken()))
        .put("total_seconds", seconds(usage.getTotalTime()))
        .put("base_seconds", seconds(usage.getBaseTime()))
        .put("reward_seconds", seconds(usage.getRewardTime()));
  }

  public static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNanos() / 1e9;
  }

  static ObjectNode of(Token token) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("index", token.getIndex());
    json.put("id", token.getId());
    json.put("text", token.getText());
    json.put("log_probability", token.getLogProbability());
    json.put("rank", token.getRank());
    if (token.hasReward()) {
      json.put("reward", token.getReward());
    }
    if (token.hasLambdaIndex()) {
      json.put("lambda_index", token.getLambdaIndex());
    }
    if (token.hasLambda()) {
      json.put("lambda", token.getLambda());
    }
    if (token.hasScore()) {
      json.put("score", token.getScore());
    }
    if (token.hasKl()) {
      json.put("kl", token.getKl());
    }
    if (token.getCandidatesCount() > 0) {
      ArrayNode candidates = json.putArray("candidates");
      token.getCandidatesList().forEach(candidate -> candidates.add(of(candidate)));
    }
    return json;
  }

  private static ObjectNode of(Candidate candidate) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", candidate.getId());
    if (candidate.getBytes().isValidUtf8()) {
      json.put("text", candidate.getBytes().toStringUtf8());
    } else {
      json.put("bytes", Base64.getEncoder().encodeToString(candidate.getBytes().toByteArray()));
    }
    json.put("log_probability", candidate.getLogProbability());
    if (candidate.hasReward()) {
      json.put("reward", candidate.getReward());
    }
    if (candidate.getPreferenceRewardsCount() > 0) {
      ArrayNode rewards = json.putArray("preference_rewards");
      candidate.getPreferenceRewardsList().forEach(rewards::add);
    }
    return json;
  }
}
