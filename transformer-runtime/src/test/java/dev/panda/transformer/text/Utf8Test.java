package dev.panda.transformer.text;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    for (String text : List.of("", "a", "{\"a\": \"\uFEFF\"}", "é🙂")) {
      assertThat(Utf8.decode(text.getBytes(UTF_8))).isEqualTo(text);
      assertThat(Utf8.decode(("\uFEFF" + text).getBytes(UTF_8))).isEqualTo(text);
    }
  }

  @Test
  void namesUtf16() {
    for (String text : List.of("", "{}")) {
      assertRefused(("\uFEFF" + text).getBytes(UTF_16LE), "UTF-16 (expected: UTF-8)");
      assertRefused(("\uFEFF" + text).getBytes(UTF_16BE), "UTF-16 (expected: UTF-8)");
    }
  }

  @Test
  void refusesOtherBytes() {
    assertRefused(new byte[] {(byte) 0xE9}, "not UTF-8 (expected: UTF-8)");
    assertRefused(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD}, "not UTF-8");
  }

  @Test
  void refusesHalfACharacter() {
    assertThat(Utf8.requireWhole("chosen", "a🙂\u0000")).isEqualTo("a🙂\u0000");
    for (String text : List.of("🙂\ud83d", "🙂\udc00", "🙂\ud83d\ud83d", "🙂\ude42\ud83d")) {
      assertThatThrownBy(() -> Utf8.requireWhole("chosen", text))
          .isInstanceOf(MalformedTextException.class)
          .hasMessage(
              "chosen: half a character, \\u%04x, at 2 (expected: whole characters)"
                  .formatted((int) text.charAt(2)));
    }
  }

  private static void assertRefused(byte[] bytes, String message) {
    assertThatThrownBy(() -> Utf8.decode(bytes))
        .isInstanceOf(MalformedTextException.class)
        .hasMessageContaining(message);
  }
}
