package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is read of a message, and what is refused before it is parsed. */
class ReceivedTest {
  private static final int MOST = ElementCount.MOST_ELEMENTS;
  private static final int MOST_BYTES = 4 << 20;

  private final Received.Marshaller<RenderChatRequest> chats =
      new Received.Marshaller<>(BaseModelServiceGrpc.getRenderChatMethod(), MOST_BYTES);
  private final Received.Marshaller<ScoreSequencesRequest> responses =
      new Received.Marshaller<>(RewardServiceGrpc.getScoreSequencesMethod(), MOST_BYTES);

  @Test
  void readsWhatIsWithinTheLimit() {
    assertRead(chat(MOST - 1)); // and the conversation itself
  }

  @Test
  void countsEmptyMessagesWithinMessages() {
    assertTooMany(chats.parse(stream(chat(MOST))));
  }

  @Test
  void countsTheFieldsOfMessagesWithinMessages() {
    RenderChatRequest message =
        chat(1).toBuilder()
            .setChat(
                Chat.newBuilder()
                    .addAllMessages(
                        Collections.nCopies(
                            MOST / 3,
                            ChatMessage.newBuilder().setRole("user").setContent("x").build())))
            .build();

    assertRead(message);
    RenderChatRequest more = message.toBuilder().mergeFrom(chat(2)).build();
    assertTooMany(chats.parse(stream(more)));
  }

  @Test
  void countsMessagesAtTheTop() {
    ScoreSequencesRequest message =
        ScoreSequencesRequest.newBuilder()
            .addAllResponses(Collections.nCopies(2_000_000, ResponseTokens.getDefaultInstance()))
            .build();

    assertTooMany(responses.parse(stream(message)));
  }

  @Test
  void countsNumbersThatAreNotPacked() {
    Field.Builder ids = Field.newBuilder();
    IntStream.rangeClosed(0, MOST).forEach(ids::addVarint);

    assertTooMany(responses.parse(stream(unknown(1, ids.build()))));
  }

  @Test
  void countsFieldsThatTheContractDoesNotHave() {
    Field.Builder empty = Field.newBuilder();
    IntStream.rangeClosed(0, MOST).forEach(i -> empty.addLengthDelimited(ByteString.EMPTY));
    UnknownFieldSet many = unknown(99, empty.build());
    UnknownFieldSet group = unknown(98, Field.newBuilder().addGroup(many).build());

    assertTooMany(chats.parse(stream(many)));
    assertTooMany(chats.parse(stream(group)));
  }

  @Test
  void aGroupsFieldsAreNotTheMessages() {
    UnknownFieldSet text =
        unknown(1, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("a")).build());

    assertThat(
            chats.parse(stream(unknown(98, Field.newBuilder().addGroup(text).build()))).failure())
        .isEmpty();
  }

  @Test
  void countsPackedNumbersApart() {
    ScoreSequencesRequest most = numbers(ElementCount.MOST_NUMBERS);

    assertThat(responses.parse(stream(most)).message()).isEqualTo(most);
    assertThat(responses.parse(stream(numbers(ElementCount.MOST_NUMBERS + 1))).failure())
        .get()
        .extracting(Throwable::getMessage)
        .isEqualTo("message: more than 1048576 numbers (expected: at most 1048576 numbers)");
  }

  /** Numbers of two bytes. */
  private static ScoreSequencesRequest numbers(int count) {
    return ScoreSequencesRequest.newBuilder()
        .addAllPromptTokenIds(Collections.nCopies(count, 300))
        .build();
  }

  @Test
  void keepsWhatReadingThrows() {
    OutOfMemoryError failure = new OutOfMemoryError("Java heap space");
    InputStream stream =
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public byte[] readNBytes(int length) {
            throw failure;
          }
        };

    assertThat(chats.parse(stream).failure()).containsSame(failure);
  }

  private void assertRead(RenderChatRequest message) {
    assertThat(chats.parse(stream(message)).message()).isEqualTo(message);
  }

  private static void assertTooMany(Received<?> received) {
    assertThat(received.failure())
        .get()
        .isInstanceOf(RefusedException.class)
        .extracting(Throwable::getMessage)
        .isEqualTo("message: more than 65536 elements (expected: at most 65536 elements)");
  }

  private static RenderChatRequest chat(int messages) {
    return RenderChatRequest.newBuilder()
        .setChat(
            Chat.newBuilder()
                .addAllMessages(Collections.nCopies(messages, ChatMessage.getDefaultInstance())))
        .build();
  }

  private static UnknownFieldSet unknown(int number, Field field) {
    return UnknownFieldSet.newBuilder().addField(number, field).build();
  }

  private static InputStream stream(com.google.protobuf.MessageLite message) {
    return new ByteArrayInputStream(message.toByteArray());
  }
}
