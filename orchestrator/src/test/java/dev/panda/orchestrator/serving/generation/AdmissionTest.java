package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** 24 places and two reward services: four are kept for each of them, and for none. */
class AdmissionTest {
  private final RewardModels first = new InMemoryRewards();
  private final RewardModels second = new InMemoryRewards();
  private final Admission admission = new Admission(24, List.of(first, second));

  @Test
  void aServiceThatHangsLeavesWhatIsKeptForTheOthers() {
    assertThat(fill(first)).isEqualTo(16);

    assertThat(fill(second)).isEqualTo(4);
    assertThat(fill()).isEqualTo(4);
  }

  @Test
  void generationsOfBothServicesLeaveWhatIsKeptForThoseOfNone() {
    assertThat(fill(first, second)).isEqualTo(20);
    assertThat(fill()).isEqualTo(4);
  }

  @Test
  void withoutRewardsEveryPlaceMayBeTaken() {
    assertThat(fill()).isEqualTo(24);
  }

  @Test
  void aPlaceThatIsGivenBackIsFree() {
    try (Admission.Place place = admission.enter(true)) {
      place.need(Set.of(first));
    }

    assertThat(fill(first)).isEqualTo(16);
  }

  @Test
  void theOnlyPlaceIsAnyones() {
    Admission one = new Admission(1, List.of(first));
    try (Admission.Place place = one.enter(true)) {
      place.need(Set.of(first));
      assertThatThrownBy(() -> one.enter(false)).isInstanceOf(RefusedException.class);
    }
    assertThat(one.enter(false)).isNotNull();
  }

  /** Takes places until one is refused; the number that was given. */
  private int fill(RewardModels... services) {
    int places = 0;
    while (true) {
      Admission.Place place;
      try {
        place = admission.enter(services.length > 0);
      } catch (RefusedException full) {
        return places;
      }
      try {
        place.need(Set.of(services));
        places++;
      } catch (RefusedException kept) {
        place.close();
        return places;
      }
    }
  }
}
