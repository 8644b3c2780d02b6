package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.testing.TinyModels;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadedRewardsTest extends RewardLoaderCase {
  private static final long PATIENCE_MILLIS = 10_000;

  @BeforeEach
  void writeRewards() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write("calm", TinyModels.readout(1, Pooling.MEAN));
    writeAdapted("zeal");
    writeAdapted("care");
  }

  @Test
  void loadsRewardModelsWithOwnWeightsTogetherWithHeads() {
    try (LoadedRewards loaded = loadAll("zeal,wit,care,calm");
        ServedRewards zeal = load(Map.of("preferences", "zeal"))) {
      assertThat(loaded.parts().stream().map(LoadedRewardsTest::names))
          .containsExactly(List.of("calm", "wit"), List.of("zeal"), List.of("care"));
      assertThat(raw(loaded.parts().get(1))).isEqualTo(raw(zeal));
    }
  }

  @Test
  void loadsOneWithWeightsOfItsOwnAlone() {
    try (LoadedRewards loaded = loadAll("zeal")) {
      assertThat(loaded.parts().stream().map(LoadedRewardsTest::names))
          .containsExactly(List.of("zeal"));
    }
  }

  @Test
  void leavesOutRewardModelsWithOwnWeightsUnlessNamed() {
    try (LoadedRewards loaded = LoadedRewards.load(options(Map.of()), notices::add)) {
      assertThat(loaded.parts().stream().map(LoadedRewardsTest::names))
          .containsExactly(List.of("calm", "wit"));
    }
    assertThat(notices).hasSize(2).allMatch(notice -> notice.contains("left out"));
  }

  @Test
  void closesLoadedEnginesIfAnotherCannotBeLoaded() throws Exception {
    Files.delete(backbone.resolve("rewards/care/adapter_config.json"));
    Set<Thread> before = engines();

    assertThatThrownBy(() -> loadAll("wit,care")).isInstanceOf(CheckpointException.class);

    Set<Thread> left = engines();
    left.removeAll(before);
    for (Thread engine : left) {
      engine.join(PATIENCE_MILLIS);
    }
    assertThat(left).noneMatch(Thread::isAlive);
  }

  private static Set<Thread> engines() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("engine"))
        .collect(Collectors.toSet());
  }

  @Test
  void refusesTwoOfOneName() {
    assertThatThrownBy(() -> loadAll("wit,zeal,zeal"))
        .isInstanceOf(RewardModelException.class)
        .hasMessage("preference: zeal twice (expected: reward models with different names)");
  }

  private LoadedRewards loadAll(String names) {
    return LoadedRewards.load(options(Map.of("preferences", names)), notices::add);
  }

  private static List<String> names(ServedRewards served) {
    return served.models().stream().map(model -> model.card().preference()).toList();
  }
}
