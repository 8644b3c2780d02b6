package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.PreferenceNames;
import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DetokenizeRequest;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.ForeseeTokens;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.ReadCandidates;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.transformer.reward.ScoreUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Parses requests into records that are within all bounds. */
final class DecodeRequests {
  private final Prompts prompts;
  private final PreferenceNames preferences;
  private final Limits limits;

  /**
   * Parses for one model.
   *
   * @param preferences names of those that the service holds, in the order of their reward models
   */
  DecodeRequests(Prompts prompts, List<String> preferences, Limits limits) {
    this.prompts = prompts;
    this.preferences = new PreferenceNames(preferences, limits.maxPreferences());
    this.limits = limits;
  }

  /**
   * Checks the lengths of a request in its turn on the event loop.
   *
   * @return number of its characters or ids
   * @throws RefusedException if one of them is too long to look at
   */
  int length(OpenSequence open) {
    return PromptLengths.check("open.prompt", open.getPrompt(), limits.sequenceTokens(0) - 1)
        + PromptLengths.ids(
            "open.accepted_token_ids", open.getAcceptedTokenIdsCount(), limits.sequenceTokens(0));
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
    Optional<ValidGuidance> guidance = guidance(open);
    boolean reads = guidance.isPresent() && open.getAcceptedTokenIdsCount() < open.getMaxTokens();
    int maxDraft = upTo("open.max_draft", open.getMaxDraft(), limits.maxDraft());
    int maxForeseen =
        upTo(
            "open.max_foreseen",
            open.getMaxForeseen(),
            open.hasGuidance() ? 0 : limits.maxForeseen());
    int candidates = reads ? open.getK() : maxForeseen;
    int longest = limits.sequenceTokens(candidates);
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
    int draftRoom = reads && !limits.hasRoomForDrafts(prompt.length, open) ? 0 : maxDraft;
    return new ValidOpen(
        prompt,
        accepted,
        open.getK(),
        open.getMaxTokens(),
        open.getLogits(),
        open.getAcknowledge(),
        guidance,
        open.hasWithin() ? within("open.within", open.getWithin()) : Double.POSITIVE_INFINITY,
        maxDraft,
        draftRoom,
        maxForeseen);
  }

  private Optional<ValidGuidance> guidance(OpenSequence open) {
    if (!open.hasGuidance()) {
      return Optional.empty();
    }
    int[] chosen =
        preferences.indices("open.guidance.preferences", open.getGuidance().getPreferencesList());
    int atOnce = open.getGuidance().getStepwise() ? limits.rowsAtOnce() : Integer.MAX_VALUE;
    return Optional.of(new ValidGuidance(chosen, unit(open.getGuidance().getUnit()), atOnce));
  }

  private static ScoreUnit unit(RewardUnit unit) {
    return switch (unit) {
      case REWARD_UNIT_NORMALISED -> ScoreUnit.NORMALISED;
      case REWARD_UNIT_RAW -> ScoreUnit.RAW;
      case REWARD_UNIT_UNSPECIFIED, UNRECOGNIZED ->
          throw RefusedException.field(
              "open.guidance.unit", unit, "REWARD_UNIT_NORMALISED or REWARD_UNIT_RAW");
    };
  }

  /**
   * Parses a number of first tokens of a draft.
   *
   * @param most number of the draft's steps that the last answer had
   * @throws RefusedException if there are fewer
   */
  int drafted(String field, int drafted, int most) {
    return upTo(field, drafted, most);
  }

  private static int upTo(String field, int value, int most) {
    if (value < 0 || value > most) {
      throw RefusedException.field(field, value, most == 0 ? "0" : "0 to " + most);
    }
    return value;
  }

  /**
   * Parses the tokens that a client may accept next.
   *
   * @param step number of tokens accepted so far, those of the draft included
   * @throws RefusedException if these are too many or too few, or one is not in the vocabulary
   */
  int[] foreseen(ForeseeTokens foresee, ValidOpen open, int step) {
    if (open.maxForeseen() == 0) {
      throw RefusedException.outOfOrder("foresee", "accept, as open.max_foreseen is 0");
    }
    requireWithin("foresee.token_ids", foresee.getTokenIdsCount(), open.maxForeseen());
    int[] tokens = prompts.inVocabulary("foresee.token_ids", foresee.getTokenIdsList());
    long different = Arrays.stream(tokens).distinct().count();
    if (different < tokens.length) {
      throw RefusedException.field(
          "foresee.token_ids", different + " different ones", "all different");
    }
    requireNotFull("foresee.token_ids", step, open);
    return tokens;
  }

  private static void requireNotFull(String field, int step, ValidOpen open) {
    if (step >= open.maxTokens()) {
      throw RefusedException.field(
          field, "token " + (step + 1), "at most open.max_tokens, " + open.maxTokens());
    }
  }

  /**
   * @param known number of first candidates that have rewards
   * @param most largest number that can have some
   * @return number of first candidates that are to have rewards
   * @throws RefusedException if these are no further ones
   */
  int read(ReadCandidates read, int known, int most) {
    if (read.getCandidates() <= known || read.getCandidates() > most) {
      throw RefusedException.field(
          "read.candidates",
          read.getCandidates(),
          known < most
              ? "%d to %d, further candidates".formatted(known + 1, most)
              : "no reading, as there are no further candidates to read");
    }
    return read.getCandidates();
  }

  private static double within(String field, double within) {
    if (!(within >= 0)) {
      throw RefusedException.field(field, within, "at least 0");
    }
    return within;
  }

  /**
   * Parses an accepted token.
   *
   * @param step number of tokens accepted so far
   * @param drafted number of the draft's steps that the last answer had
   * @throws RefusedException if a token is not in the vocabulary, the response has reached its
   *     longest length, or a limit is negative or not a number
   */
  ValidAccept accept(AcceptToken accept, ValidOpen open, int step, int drafted) {
    int kept = drafted("accept.drafted", accept.getDrafted(), drafted);
    requireNotFull("accept.token_id", step + kept, open);
    int token = prompts.inVocabulary("accept.token_id", accept.getTokenId());
    upTo("accept.draft", accept.getDraftCount(), open.maxDraft());
    int[] draft = prompts.inVocabulary("accept.draft", accept.getDraftList());
    int room = Math.min(open.draftRoom(), open.maxTokens() - (step + kept + 1) - 1);
    return new ValidAccept(
        kept,
        token,
        accept.hasWithin() ? within("accept.within", accept.getWithin()) : Double.POSITIVE_INFINITY,
        Arrays.copyOf(draft, Math.max(0, Math.min(draft.length, room))));
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
