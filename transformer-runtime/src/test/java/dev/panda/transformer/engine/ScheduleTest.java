package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.engine.Schedule.Need;
import dev.panda.transformer.engine.Schedule.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void takesShortStepsWhole() {
    assertThat(Schedule.pick(List.of(new Need(1, 10), new Need(1, 0)), 64))
        .containsExactly(new Part(0, 1, true), new Part(1, 1, true));
  }

  @Test
  void givesALonePromptTheWholeRound() {
    assertThat(Schedule.pick(List.of(new Need(500, 0)), 64))
        .containsExactly(new Part(0, 64, false));
  }

  @Test
  void letsNoPromptKeepShortStepsWaiting() {
    assertThat(Schedule.pick(List.of(new Need(500, 0), new Need(1, 10), new Need(1, 0)), 64))
        .containsExactly(new Part(0, 52, false), new Part(1, 1, true), new Part(2, 1, true));
  }

  @Test
  void computesCandidatesWithTheLastAcceptedTokenAlone() {
    assertThat(Schedule.pick(List.of(new Need(60, 10)), 64))
        .containsExactly(new Part(0, 60, false));
  }

  @Test
  void neverExceedsTheBudgetAndAlwaysServesTheFirst() {
    long seed = Long.getLong("panda.test.seed", 20260101L);
    Random random = new Random(seed);
    for (int trial = 0; trial < 2000; trial++) {
      int budget = 12 + random.nextInt(100);
      List<Need> needs = new ArrayList<>();
      int count = 1 + random.nextInt(20);
      for (int i = 0; i < count; i++) {
        int candidates = random.nextInt(11);
        needs.add(new Need(random.nextInt(200) + (candidates == 0 ? 1 : 0), candidates));
      }
      List<Part> parts = Schedule.pick(needs, budget);
      assertThat(parts).as("seed %d, needs %s", seed, needs).isNotEmpty();
      assertThat(parts.get(0).index()).as("seed %d, needs %s", seed, needs).isZero();
      int rows = 0;
      for (Part part : parts) {
        Need need = needs.get(part.index());
        rows += part.accepted() + (part.whole() ? need.candidates() : 0);
        assertThat(part.whole() || part.accepted() > 0).isTrue();
        assertThat(part.accepted()).isLessThanOrEqualTo(need.accepted());
      }
      assertThat(rows).as("seed %d, needs %s", seed, needs).isLessThanOrEqualTo(budget);
    }
  }
}
