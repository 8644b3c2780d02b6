package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.RenderChatRequest;

/** Parses requests into records that are within all bounds. */
final class DecodeRequests {
  private final Prompts prompts;
  private final Limits limits;

  DecodeRequests(Prompts prompts, Limits limits) {
    this.prompts = prompts;
    this.limits = limits;
  }

  /**
   * @throws RefusedException if a field is out of its bounds
   */
  ValidOpen open(OpenSequence open) {
    requireWithin("open.k", open.getK(), Math.min(limits.maxCandidates(), limits.vocabularySize()));
    requireFewTokens("open.prompt", open.getPrompt(), limits.sequenceTokens() - 1);
    int[] prompt = prompts.tokens("open.prompt", open.getPrompt());
    int mostTokens = limits.sequenceTokens() - prompt.length;
    if (mostTokens < 1) {
      throw tooLong("open.prompt", prompt.length, limits.sequenceTokens() - 1);
    }
    requireWithin("open.max_tokens", open.getMaxTokens(), mostTokens);
    if (open.getAcceptedTokenIdsCount() > open.getMaxTokens()) {
      throw RefusedException.field(
          "open.accepted_token_ids",
          open.getAcceptedTokenIdsCount() + " tokens",
          "at most max_tokens, " + open.getMaxTokens());
    }
    int[] accepted =
        prompts.inVocabulary("open.accepted_token_ids", open.getAcceptedTokenIdsList());
    return new ValidOpen(
        prompt,
        accepted,
        open.getK(),
        open.getMaxTokens(),
        open.getLogits(),
        open.getAcknowledge());
  }

  /**
   * @param step number of tokens accepted so far
   * @param maxTokens longest response
   * @return the token id
   * @throws RefusedException if the token is not in the vocabulary, or the response has reached its
   *     longest length
   */
  int accept(int tokenId, int step, int maxTokens) {
    if (step >= maxTokens) {
      throw RefusedException.field(
          "accept.token_id", "token " + (step + 1), "at most open.max_tokens, " + maxTokens);
    }
    return prompts.inVocabulary("accept.token_id", tokenId);
  }

  /**
   * @throws RefusedException if a field is out of its bounds
   */
  ValidEmbed embed(EmbedRequest request) {
    boolean mean =
        switch (request.getPooling()) {
          case POOLING_MEAN -> true;
          case POOLING_LAST -> false;
          case POOLING_UNSPECIFIED, UNRECOGNIZED ->
              throw RefusedException.field(
                  "pooling", request.getPoolingValue(), "POOLING_LAST or POOLING_MEAN");
        };
    int layer = request.hasLayer() ? request.getLayer() : limits.layers();
    requireWithin("layer", layer, limits.layers());
    requireFewTokens("prompt", request.getPrompt(), limits.contextLength());
    int[] prompt = prompts.tokens("prompt", request.getPrompt());
    if (prompt.length > limits.contextLength()) {
      throw tooLong("prompt", prompt.length, limits.contextLength());
    }
    return new ValidEmbed(prompt, layer, mean);
  }

  /**
   * @throws RefusedException if the template cannot render the conversation
   */
  ValidConversation conversation(RenderChatRequest request) {
    return prompts.conversation("chat", request.getChat());
  }

  private static void requireWithin(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw RefusedException.field(field, value, "1 to " + most);
    }
  }

  /** Looks at the number of token ids before anyone looks at each. */
  private static void requireFewTokens(String field, Prompt prompt, int most) {
    if (prompt.getTokens().getIdsCount() > most) {
      throw tooLong(field, prompt.getTokens().getIdsCount(), most);
    }
  }

  private static RefusedException tooLong(String field, int tokens, int most) {
    return RefusedException.field(field, tokens + " tokens", "at most " + most);
  }
}
