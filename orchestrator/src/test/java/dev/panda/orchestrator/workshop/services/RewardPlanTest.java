package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardPlanTest {
  private static final String SHARED =
      "{\"preference\":\"x\",\"training\":{\"method\":\"low-rank\"}}";
  private static final String ADAPTED = "{\"preference\":\"x\",\"method\":\"low-rank\"}";
  private static final String JUDGE = "{\"training\":{\"counterpart\":{\"role\":\"judge\"}}}";

  @TempDir private Path root;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = root.resolve("tiny");
    TinyCheckpoint.llama(1).write(model);
  }

  private Path card(Path parent, String name, String card) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("rewards").resolve(name));
    Files.writeString(folder.resolve("reward.json"), card);
    return folder;
  }

  private RewardPlan plan(Map<String, String> environment, String... named) {
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.put("PANDA_HOME", root.resolve("home").toString());
    return plan(true, all, named);
  }

  private RewardPlan plan(boolean apart, Map<String, String> environment, String... named) {
    return RewardPlan.of(
        model, "./tiny", List.of(named), apart, new Installation(root, environment));
  }

  private RewardPlan plan(String... named) {
    return plan(Map.of(), named);
  }

  private static RewardPlan.Served all() {
    return new RewardPlan.Served("reward", Optional.empty());
  }

  private static RewardPlan.Served only(String service, Path folder) {
    return new RewardPlan.Served(service, Optional.of(folder));
  }

  @Test
  void aModelWithoutRewardModelsGetsNoServiceAndSaysHowToMakeOne() {
    assertThat(plan().services()).isEmpty();
    assertThat(plan().notes())
        .singleElement()
        .asString()
        .contains("No reward model is served", "make-pairs", "train-reward -m ./tiny");
  }

  @Test
  void oneServiceServesAllThatReadTheModelAsItIs() throws IOException {
    card(model, "kind", SHARED);
    card(root.resolve("home/models/tiny"), "brief", SHARED);

    assertThat(plan().services()).containsExactly(all());
    assertThat(plan().notes()).isEmpty();
  }

  private RewardPlan together(String... named) {
    return plan(false, Map.of("PANDA_HOME", root.resolve("home").toString()), named);
  }

  @Test
  void theBaseModelServiceHoldsAllThatReadTheModelAsItIs() throws IOException {
    card(model, "brief", SHARED);
    card(root.resolve("home/models/tiny"), "kind", SHARED);
    Path easy = card(model, "easy", ADAPTED);

    assertThat(together()).matches(RewardPlan::held).matches(RewardPlan::guides);
    assertThat(together().services()).isEmpty();
    assertThat(together().notes()).singleElement().asString().startsWith("Not served: easy,");
    assertThat(together("easy").services()).containsExactly(only("reward", easy));
    assertThat(together("kind").notes().get(0)).contains("the base-model service holds it");
  }

  @Test
  void theBaseModelServiceHoldsNothingWhereThereIsNothingToHold() throws IOException {
    assertThat(together()).matches(plan -> !plan.held() && !plan.guides());
    card(model, "easy", ADAPTED);

    assertThat(together()).matches(plan -> !plan.held());
  }

  @Test
  void whatIsConfiguredServesApart() throws IOException {
    card(model, "kind", SHARED);

    for (String variable : List.of("PANDA_REWARD_PREFERENCES", "PANDA_BASE_MODEL_PREFERENCES")) {
      RewardPlan plan = plan(false, Map.of(variable, "kind"));
      assertThat(plan.held()).isFalse();
      assertThat(plan.services()).containsExactly(all());
    }
  }

  @Test
  void theFirstPlaceThatHasANameCounts() throws IOException {
    card(model, "kind", ADAPTED);
    card(root.resolve("home/models/tiny"), "kind", SHARED);

    assertThat(plan().services()).isEmpty();
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    card(model, "kind", SHARED);
    card(model, "easy", ADAPTED);
    card(model, "kind-judge", JUDGE);

    assertThat(plan().services()).containsExactly(all());
    assertThat(plan().notes())
        .containsExactly(
            "Not served: easy, which has weights of its own; `deploy/panda up --model ./tiny"
                + " --preference easy` serves it.");
  }

  @Test
  void whereOthersAreLeftOutAllAreSaid() throws IOException {
    card(model, "easy", ADAPTED);
    card(model, "kind-judge", JUDGE);

    assertThat(plan().services()).isEmpty();
    assertThat(plan().notes())
        .hasSize(3)
        .anyMatch(note -> note.startsWith("Not served: kind-judge, which is a judge;"))
        .anyMatch(note -> note.startsWith("Not served: easy, which has weights of its own;"));
  }

  @Test
  void eachThatIsNamedHasAServiceOfItsOwn() throws IOException {
    Path shared = card(model, "kind", SHARED);
    Path easy = card(model, "easy", ADAPTED);
    Path elsewhere = card(root.resolve("elsewhere"), "far", JUDGE);

    RewardPlan plan = plan("easy", elsewhere.toString(), "kind");

    assertThat(plan.services())
        .containsExactly(
            all(),
            only("reward-easy", easy),
            only("reward-far", elsewhere),
            only("reward-kind", shared));
    assertThat(plan.notes()).singleElement().asString().contains("kind", "a second service");
  }

  @Test
  void theFirstThatIsNamedIsTheRewardServiceWhereNoOtherIs() throws IOException {
    Path easy = card(model, "easy", ADAPTED);
    Path full = card(model, "full", "{\"method\": \"full\"}");

    assertThat(plan("full", "easy").services())
        .containsExactly(only("reward", full), only("reward-easy", easy));
    assertThat(plan("full", "easy").notes()).isEmpty();
  }

  @Test
  void whatIsConfiguredIsLeftToTheService() {
    assertThat(plan(Map.of("PANDA_REWARD_PREFERENCES", "/far/kind")).services())
        .containsExactly(all());
    assertThat(
            plan(Map.of("PANDA_JAVA_OPTIONS", "-Xss1m -Dpanda.reward.model-roots=/far")).services())
        .containsExactly(all());
  }

  @Test
  void whatIsConfiguredInTheCheckoutIsLeftToTheService() throws IOException {
    Files.createDirectories(root.resolve("config"));
    Files.writeString(
        root.resolve("config/application.properties"), "panda.reward.preferences=/far/kind\n");

    assertThat(plan().services()).containsExactly(all());
    assertThat(plan().notes()).isEmpty();
  }

  @Test
  void aDamagedCardIsLeftToTheService() throws IOException {
    card(model, "kind", "{\"method\":");

    assertThat(plan().services()).containsExactly(all());
  }

  @Test
  void refusesWhatIsNotThereAndWhatIsNamedTwice() throws IOException {
    card(model, "easy", ADAPTED);
    assertRefused("--preference: nope (expected: a reward model of tiny, or a folder", "nope");
    assertRefused("--preference: easy (expected: each once)", "easy", model + "/rewards/easy");
    assertRefused("--preference: Easy (expected: a name in lower-case letters", "Easy");
    assertRefused("--preference:  (expected: a name", "");
  }

  private void assertRefused(String message, String... named) {
    assertThatThrownBy(() -> plan(named))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
