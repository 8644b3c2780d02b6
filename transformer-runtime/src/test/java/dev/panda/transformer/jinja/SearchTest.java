package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SearchTest {
  private static final long SEED = 16;

  @Test
  void findsWhatJavaFinds() {
    Random random = new Random(SEED);
    Run run = Run.unlimited();
    for (int i = 0; i < 5_000; i++) {
      String text = letters(random, random.nextInt(30));
      String sought = letters(random, random.nextInt(6));
      Search forward = Search.forward(run, Text.of(text), Text.of(sought));
      Search backward = Search.backward(run, Text.of(text), Text.of(sought));
      for (int at = 0; at <= text.length(); at++) {
        String found = "%s in %s at %d".formatted(sought, text, at);
        assertThat(forward.from(at)).as(found).isEqualTo(text.indexOf(sought, at));
        assertThat(backward.before(at))
            .as(found)
            .isEqualTo(text.substring(0, at).lastIndexOf(sought));
      }
    }
  }

  private static String letters(Random random, int number) {
    return random
        .ints(number, 'a', 'c')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
