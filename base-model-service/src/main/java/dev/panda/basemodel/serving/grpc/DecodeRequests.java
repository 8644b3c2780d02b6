package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.DetokenizeRequest;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;

/** Parses requests into records that are within all bounds. */
final class DecodeRequests {
  private final Prompts prompts;
  private final Limits limits;

  DecodeRequests(Prompts prompts, Limits limits) {
    this.prompts = prompts;
    this.limits = limits;
  }

  /**
   * Checks the lengths of a request in its turn on the event loop.
   *
   * @return number of its characters or ids
   * @throws RefusedException if one of them is too long to look at
   */
  int length(OpenSequence open) {
    return PromptLengths.check("open.prompt", open.getPrompt(), limits.sequenceTokens() - 1)
        + PromptLengths.ids(
            "open.accepted_token_ids", open.getAcceptedTokenIdsCount(), limits.sequenceTokens());
  }

  int length(EmbedRequest request) {
    return PromptLengths.check("prompt", request.getPrompt(), limits.contextLength());
  }

  int length(RenderChatRequest request) {
    return PromptLengths.check("chat", request.getChat(), limits.contextLength());
  }

  int length(TokenizeRequest request) {
    return PromptLengths.characters("text", request.getText().length(), limits.contextLength());
  }

  int length(DetokenizeRequest request) {
    return PromptLengths.ids("token_ids", request.getTokenIdsCount(), limits.contextLength());
  }

  /**
   * @throws RefusedException if a field is out of its bounds
   */
  ValidOpen open(OpenSequence open) {
    requireWithin("open.k", open.getK(), Math.min(limits.maxCandidates(), limits.vocabularySize()));
    int longest = limits.sequenceTokens();
    int[] prompt = prompts.tokens("open.prompt", open.getPrompt(), longest - 1);
    requireWithin("open.max_tokens", open.getMaxTokens(), longest - prompt.length);
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
    int[] prompt = prompts.tokens("prompt", request.getPrompt(), limits.contextLength());
    return new ValidEmbed(prompt, layer, mean);
  }

  /**
   * @throws RefusedException if the template cannot render the conversation
   */
  ValidConversation conversation(RenderChatRequest request) {
    return prompts.conversation("chat", request.getChat(), Integer.MAX_VALUE);
  }

  private static void requireWithin(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw RefusedException.field(field, value, "1 to " + most);
    }
  }
}
