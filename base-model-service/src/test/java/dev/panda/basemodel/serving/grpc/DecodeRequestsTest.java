package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Pooling;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.basemodel.testing.LetterTokenizer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecodeRequestsTest {
  private static final int VOCABULARY = 32;
  private final DecodeRequests requests =
      new DecodeRequests(
          new Prompts(new LetterTokenizer(), Optional.empty(), VOCABULARY, false),
          List.of("kind", "brief", "plain"),
          new Limits(VOCABULARY, 20, 16, 8, 2, 3, 4, 90, 3, 0));

  @Test
  void tokenizesTextWithItsSpecialTokens() {
    ValidOpen open = requests.open(open().setPrompt(text("abc")).build());

    assertThat(open.prompt()).containsExactly(1, 3, 4, 5);
    assertThat(open.sequenceTokens()).isEqualTo(4 + open.maxTokens());
  }

  @Test
  void takesTokensAsTheyAre() {
    assertThat(requests.open(open().setPrompt(tokens(5, 31)).build()).prompt())
        .containsExactly(5, 31);
  }

  @Test
  void resumesAfterAllTokensButNotAfterMore() {
    OpenSequence.Builder open = open().setMaxTokens(2).addAllAcceptedTokenIds(List.of(4, 5));

    assertThat(requests.open(open.build()).accepted()).containsExactly(4, 5);
    assertThatThrownBy(() -> requests.open(open.addAcceptedTokenIds(6).build()))
        .hasMessage("open.accepted_token_ids: 3 tokens (expected: at most max_tokens, 2)");
  }

  static Stream<Arguments> opensOutOfBounds() {
    return Stream.of(
        Arguments.of(open().setK(0), "open.k", "1 to 8"),
        Arguments.of(open().setK(-1), "open.k", "1 to 8"),
        Arguments.of(open().setK(9), "open.k", "1 to 8"),
        Arguments.of(open().setMaxTokens(0), "open.max_tokens", "1 to 14"),
        Arguments.of(open().setMaxTokens(-5), "open.max_tokens", "1 to 14"),
        Arguments.of(open().setMaxTokens(15), "open.max_tokens", "1 to 14"),
        Arguments.of(open().clearPrompt(), "open.prompt", "one of tokens, text and chat"),
        Arguments.of(open().setPrompt(text("")), "open.prompt", "at least one token"),
        Arguments.of(open().setPrompt(tokens()), "open.prompt", "at least one token"),
        Arguments.of(open().setPrompt(text("abcdefghijklmnop")), "open.prompt", "at most 15"),
        Arguments.of(open().setPrompt(tokens(4, -1)), "open.prompt.tokens.ids[1]", "0 to 31"),
        Arguments.of(open().setPrompt(tokens(32)), "open.prompt.tokens.ids[0]", "0 to 31"),
        Arguments.of(open().addAcceptedTokenIds(32), "open.accepted_token_ids[0]", "0 to 31"),
        // the length counts before any id
        Arguments.of(
            open().addAllAcceptedTokenIds(Collections.nCopies(99, -1)),
            "open.accepted_token_ids",
            "at most max_tokens, 4"));
  }

  @ParameterizedTest
  @MethodSource("opensOutOfBounds")
  void refusesFieldsOutOfTheirBounds(OpenSequence.Builder open, String field, String expected) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> requests.open(open.build()));

    assertThat(refused.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(refused.field()).isEqualTo(field);
    assertThat(refused.expected()).isEqualTo(expected);
  }

  static Stream<Arguments> opensThatAreTooLong() {
    Integer[] ids = Collections.nCopies(17, -1).toArray(Integer[]::new);
    return Stream.of(
        Arguments.of(
            open().setPrompt(text("\uD83D\uDE00".repeat(121))),
            "open.prompt.text: 242 characters (expected: at most 240, for at most 15 tokens)"),
        Arguments.of(
            open().setPrompt(chat("a".repeat(120), "a".repeat(121))),
            "open.prompt.chat.messages: 241 characters (expected: at most 240, for at most 15"
                + " tokens)"),
        Arguments.of(
            open().setPrompt(tokens(ids)), "open.prompt: 17 tokens (expected: at most 15)"),
        Arguments.of(
            open().addAllAcceptedTokenIds(List.of(ids)),
            "open.accepted_token_ids: 17 tokens (expected: at most 16)"));
  }

  @ParameterizedTest
  @MethodSource("opensThatAreTooLong")
  void refusesWhatIsTooLongToLookAt(OpenSequence.Builder open, String message) {
    assertThatThrownBy(() -> requests.length(open.build())).hasMessage(message);
  }

  @Test
  void measuresWhatItWillLookAt() {
    assertThat(requests.length(open().setPrompt(text("a".repeat(240))).build())).isEqualTo(240);
    assertThat(requests.length(open().setPrompt(chat("ab", "c")).build())).isEqualTo(3);
    assertThat(requests.length(open().setPrompt(tokens(1, 2)).addAcceptedTokenIds(1).build()))
        .isEqualTo(3);
    assertThat(requests.length(open().clearPrompt().build())).isZero();
  }

  @Test
  void refusesConversationWithoutTemplate() {
    Prompt chat = Prompt.newBuilder().setChat(Chat.getDefaultInstance()).build();

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class, () -> requests.open(open().setPrompt(chat).build()));

    assertThat(refused.reason()).isEqualTo(Reason.NO_CHAT_TEMPLATE);
    assertThat(refused.field()).isEqualTo("open.prompt.chat");
  }

  @Test
  void refusesTokensBeyondTheResponsesLength() {
    ValidOpen two = requests.open(open().setMaxTokens(2).build());
    AcceptToken last = AcceptToken.newBuilder().setTokenId(31).build();
    AcceptToken none = AcceptToken.newBuilder().setTokenId(32).build();

    assertThat(requests.accept(last, two, 1, 0).tokenId()).isEqualTo(31);
    assertThatThrownBy(() -> requests.accept(last, two, 2, 0))
        .hasMessage("accept.token_id: token 3 (expected: at most open.max_tokens, 2)");
    assertThatThrownBy(() -> requests.accept(none, two, 0, 0))
        .hasMessage("accept.token_id: 32 (expected: 0 to 31)");
  }

  @Test
  void cutsADraftToTheResponsesLength() {
    ValidOpen four = requests.open(open().setMaxTokens(4).setMaxDraft(3).build());
    AcceptToken accept =
        AcceptToken.newBuilder().setTokenId(5).addDraft(6).addDraft(7).addDraft(8).build();

    assertThat(requests.accept(accept, four, 0, 0).draft()).containsExactly(6, 7);
    assertThat(requests.accept(accept, four, 3, 0).draft()).isEmpty();
    assertThatThrownBy(() -> requests.open(open().setMaxDraft(4).build()))
        .hasMessage("open.max_draft: 4 (expected: 0 to 3)");
    assertThatThrownBy(() -> requests.accept(accept.toBuilder().addDraft(9).build(), four, 0, 0))
        .hasMessage("accept.draft: 4 (expected: 0 to 3)");
    assertThatThrownBy(
            () -> requests.accept(accept.toBuilder().setDraft(1, 32).build(), four, 0, 0))
        .hasMessage("accept.draft[1]: 32 (expected: 0 to 31)");
  }

  @Test
  void embedsAfterTheLastLayerUnlessSaid() {
    EmbedRequest.Builder embed =
        EmbedRequest.newBuilder().setPrompt(text("ab")).setPooling(Pooling.POOLING_MEAN);

    assertThat(requests.embed(embed.build()).layer()).isEqualTo(3);
    assertThat(requests.embed(embed.build()).mean()).isTrue();
    assertThatThrownBy(() -> requests.embed(embed.setLayer(4).build()))
        .hasMessage("layer: 4 (expected: 1 to 3)");
    assertThatThrownBy(() -> requests.embed(embed.setLayer(0).build()))
        .hasMessage("layer: 0 (expected: 1 to 3)");
    assertThatThrownBy(() -> requests.embed(embed.clearPooling().build()))
        .hasMessage("pooling: 0 (expected: POOLING_LAST or POOLING_MEAN)");
  }

  private static OpenSequence.Builder open() {
    return OpenSequence.newBuilder().setPrompt(text("a")).setK(3).setMaxTokens(4);
  }

  private static Prompt text(String text) {
    return Prompt.newBuilder().setText(text).build();
  }

  private static Prompt chat(String... contents) {
    Chat.Builder chat = Chat.newBuilder();
    for (String content : contents) {
      chat.addMessagesBuilder().setRole("user").setContent(content);
    }
    return Prompt.newBuilder().setChat(chat).build();
  }

  private static Prompt tokens(Integer... ids) {
    return Prompt.newBuilder().setTokens(TokenIds.newBuilder().addAllIds(List.of(ids))).build();
  }
}
