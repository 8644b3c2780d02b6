package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseTextTest {
  @Test
  void showsTextAsItComes() {
    ResponseText text = new ResponseText(List.of());

    assertThat(append(text, utf8("The "))).isEqualTo("The ");
    assertThat(append(text, utf8("sky"))).isEqualTo("sky");
    assertThat(append(text, ByteString.EMPTY)).isEmpty();
    assertThat(text.finish()).isEqualTo("The sky");
  }

  @Test
  void neverShowsHalfACharacter() {
    ResponseText text = new ResponseText(List.of());
    ByteString snowman = utf8("☃");

    assertThat(append(text, utf8("a").concat(snowman.substring(0, 1)))).isEqualTo("a");
    assertThat(append(text, snowman.substring(1, 2))).isEmpty();
    assertThat(append(text, snowman.substring(2))).isEqualTo("☃");
    assertThat(text.finish()).isEqualTo("a☃");
  }

  @Test
  void replacesBytesThatAreNotUtf8() {
    ResponseText text = new ResponseText(List.of());

    assertThat(append(text, ByteString.copyFrom(new byte[] {(byte) 0xFF, 'a'})))
        .isEqualTo("\uFFFDa");
    assertThat(append(text, ByteString.copyFrom(new byte[] {(byte) 0xE2}))).isEmpty();
    assertThat(text.finish()).isEqualTo("\uFFFDa\uFFFD");
  }

  @Test
  void holdsBackWhatCouldBecomeAStopString() {
    ResponseText text = new ResponseText(List.of("\n\nQ", "END"));

    assertThat(append(text, utf8("x\n"))).isEqualTo("x");
    assertThat(append(text, utf8("\n"))).isEmpty();
    assertThat(append(text, utf8("A E"))).isEqualTo("\n\nA ");
    assertThat(append(text, utf8("N"))).isEmpty();
    assertThat(append(text, utf8("Ds"))).isEmpty();
    assertThat(text.isStopped()).isTrue();
    assertThat(text.finish()).isEqualTo("x\n\nA ");
  }

  @Test
  void endsAtTheEarliestStopString() {
    ResponseText text = new ResponseText(List.of("dog", "the"));

    assertThat(append(text, utf8("see the dog"))).isEqualTo("see ");
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void giveTheWholeTextHoweverItIsCut() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      String whole = "aé☃𝄞b\n\nQ".repeat(1 + random.nextInt(3)).substring(random.nextInt(3));
      ByteString bytes = utf8(whole);
      ResponseText text = new ResponseText(List.of("zz", "Qz"));
      StringBuilder shown = new StringBuilder();
      for (int from = 0; from < bytes.size(); ) {
        int to = Math.min(bytes.size(), from + 1 + random.nextInt(5));
        shown.append(append(text, bytes.substring(from, to)));
        from = to;
      }
      String finished = text.finish();

      assertThat(finished).isEqualTo(whole);
      assertThat(finished).startsWith(shown);
    }
  }

  private static String append(ResponseText text, ByteString bytes) {
    return text.append(bytes.toByteArray());
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }
}
