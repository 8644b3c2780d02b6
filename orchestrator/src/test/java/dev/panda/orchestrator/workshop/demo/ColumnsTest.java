package dev.panda.orchestrator.workshop.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {

  @Test
  void breaksAtSpaces() {
    assertThat(Columns.wrap("the quick brown fox", 10)).containsExactly("the quick", "brown fox");
  }

  @Test
  void breaksInsideAWordThatIsLongerThanALine() {
    assertThat(Columns.wrap("a incomprehensible b", 6))
        .containsExactly("a", "incomp", "rehens", "ible b");
  }

  @Test
  void keepsLineBreaks() {
    assertThat(Columns.wrap("one\n\ntwo", 10)).containsExactly("one", "", "two");
  }

  @Test
  void neverCutsACharacterThatTakesTwoUnits() {
    assertThat(Columns.wrap("🐼🐼🐼", 2)).containsExactly("🐼🐼", "🐼");
  }

  @Test
  void fillsShorterColumnsSoThatTheBarsStandBelowEachOther() {
    assertThat(Columns.sideBySide(List.of("a b c", "x"), 3)).containsExactly("a b  │ x", "c    │");
  }

  @Test
  void columnsAndTheirGapsFillTheLine() {
    int column = Columns.width(120, 4);
    String text = "word ".repeat(200);
    assertThat(Columns.sideBySide(List.of(text, text, text, text), column))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    assertThat(4 * column + 3 * 4).isBetween(117, 120);
  }
}
