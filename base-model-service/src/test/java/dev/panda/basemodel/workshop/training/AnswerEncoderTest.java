package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerEncoderTest {
  private static final int END = 0;
  private static final long NONE = TrainableDecoder.NO_TARGET;

  @TempDir private Path folder;
  private Tokenizer tokenizer;

  @BeforeEach
  void open() {
    Toy.writeTokenizer(folder);
    tokenizer = Tokenizers.open(folder);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private AnswerEncoder encoder(int context) {
    return new AnswerEncoder(tokenizer, ChatTemplate.open(folder).orElseThrow(), END, context);
  }

  private static Answer answer(String response, boolean whole) {
    return new Answer(List.of(new ChatMessage("user", "Hi")), response, whole);
  }

  @Test
  void putsTheResponseBehindTheRenderedPrompt() {
    EncodedAnswer encoded = encoder(64).encode(answer("Yes.", true));
    assertThat(tokenizer.decode(encoded.tokens(), true))
        .isEqualTo("<|user|>Hi<|end|><|assistant|>Yes.<|end|>");
    assertThat(encoded.start())
        .isEqualTo(tokenizer.encode("<|user|>Hi<|end|><|assistant|>", false).length);
  }

  @Test
  void learnsTheResponseAndItsEndAlone() {
    EncodedAnswer encoded = encoder(64).encode(answer("Yes.", true));
    int[] tokens = encoded.tokens();
    int width = encoded.length() + 2;
    long[] ids = encoded.ids(width);
    long[] targets = encoded.targets(width);
    assertThat(encoded.targets()).isEqualTo(tokenizer.encode("Yes.", false).length + 1);
    for (int i = 0; i < width; i++) {
      boolean learned = i >= encoded.start() - 1 && i < encoded.length();
      assertThat(targets[i]).as("target %d", i).isEqualTo(learned ? tokens[i + 1] : NONE);
      assertThat(ids[i]).as("id %d", i).isEqualTo(i < encoded.length() ? tokens[i] : 0);
    }
    assertThat(LongStream.of(targets).filter(target -> target == END)).hasSize(1);
  }

  @Test
  void doesNotTeachACutResponseToEnd() {
    EncodedAnswer encoded = encoder(64).encode(answer("Yes, the", false));
    assertThat(encoded.targets(encoded.length())).doesNotContain(END).contains(NONE);
  }

  @Test
  void cutsWhatDoesNotFitAndDoesNotTeachItToEnd() {
    EncodedAnswer whole = encoder(64).encode(answer("Yes, yes, yes.", true));
    int length = whole.tokens().length;
    AnswerEncoder fits = encoder(length);
    assertThat(fits.encode(answer("Yes, yes, yes.", true)))
        .usingRecursiveComparison()
        .isEqualTo(whole);
    assertThat(fits.shortened()).isZero();
    AnswerEncoder tight = encoder(length - 1);
    int[] tokens = tight.encode(answer("Yes, yes, yes.", true)).tokens();
    assertThat(tokens).hasSize(length - 1).endsWith(tokenizer.encode(".", false));
    assertThat(tight.shortened()).isEqualTo(1);
  }

  @Test
  void refusesPromptsThatLeaveNoRoom() {
    assertThatThrownBy(() -> encoder(5).encode(answer("Yes.", true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("messages: 5 tokens (expected: fewer than the context, 5)");
  }
}
