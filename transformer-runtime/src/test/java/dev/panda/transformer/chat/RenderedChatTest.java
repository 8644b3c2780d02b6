package dev.panda.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.RenderedChat.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenderedChatTest {

  @Test
  void keepsOrderedSpansOfItsText() {
    List<Span> contents = List.of(new Span(0, 2), new Span(3, 5));
    assertThat(new RenderedChat("abcde", contents).contents()).isEqualTo(contents);
  }

  @Test
  void refusesSpansThatTouchOrLeaveTheText() {
    for (List<Span> contents :
        List.of(
            List.of(new Span(0, 2), new Span(2, 3)),
            List.of(new Span(3, 4), new Span(0, 1)),
            List.of(new Span(4, 6)))) {
      assertThatThrownBy(() -> new RenderedChat("abcde", contents))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("contents: ");
    }
    assertThatThrownBy(() -> new Span(2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("span: 2 to 2 (expected: a start, and an end after it)");
  }
}
