package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.testing.RewardConfigs;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.BackboneCheck;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.testing.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneCheckTest {
  private static final String OTHER = "0123456789abcdef".repeat(4);

  private final List<String> notices = new ArrayList<>();

  @TempDir private Path backbone;
  private String tokenizer;

  @BeforeEach
  void writeBackbone() {
    TinyRewards.writeBackbone(backbone);
    tokenizer = TinyRewards.fingerprint(backbone);
  }

  @Test
  void namesEachRewardModelOfOtherWeightsAndBothFingerprints() {
    String found = Fingerprint.ofCheckpoint(backbone);
    List<RewardModel> models =
        List.of(trained("brevity", OTHER), trained("kindness", found), trained("wit", OTHER));

    BackboneCheck.compare(backbone, models, notices::add);

    assertThat(notices).hasSize(2);
    assertThat(notices.get(0))
        .startsWith(
            "preference brevity: backbone_fingerprint: %s… (expected: 0123456789ab…, as on its card): "
                .formatted(found.substring(0, 12)))
        .contains("trained on other weights named tiny", "figures", "make it again");
    assertThat(notices.get(1)).startsWith("preference wit: ");
  }

  @Test
  void namesATokenHeadThatWasDistilledOnOtherWeights() {
    String found = Fingerprint.ofCheckpoint(backbone);
    List<RewardModel> models =
        List.of(
            TinyModels.distilled(trained("brevity", found), OTHER),
            TinyModels.distilled(trained("wit", found), found));

    BackboneCheck.compare(backbone, models, notices::add);

    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("preference brevity: ")
        .contains("distilled on other weights named tiny");
  }

  @Test
  void ignoresRewardModelsWithoutAFingerprint() {
    BackboneCheck.compare(backbone, List.of(random("wit")), notices::add);

    assertThat(notices).isEmpty();
  }

  @Test
  void saysWhyItCouldNotCompare() {
    Path gone = backbone.resolve("gone");

    BackboneCheck.compare(gone, List.of(trained("wit", OTHER)), notices::add);

    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("backbone_fingerprint: not compared with the cards: " + gone);
  }

  @Test
  void commandsReportDifferencesBeforeLoadingReturns() {
    write(trained("wit", OTHER));

    try (ServedRewards served = new RewardLoader(options(), notices::add).load()) {
      assertThat(served.models()).hasSize(1);
      assertThat(notices).singleElement().asString().startsWith("preference wit: ");
    }
  }

  @Test
  void theServiceDoesNotWaitForIt() {
    write(trained("wit", OTHER));
    List<Runnable> aside = new ArrayList<>();

    try (ServedRewards served = new RewardLoader(options(), notices::add, aside::add).load()) {
      assertThat(served.models()).hasSize(1);
      assertThat(notices).isEmpty();
    }

    aside.forEach(Runnable::run);
    assertThat(notices).singleElement().asString().startsWith("preference wit: ");
  }

  private RewardModel random(String preference) {
    return TinyModels.random(
        preference, tokenizer, TinyModels.readout(1, Pooling.MEAN), TinyRewards.HIDDEN);
  }

  private RewardModel trained(String preference, String backboneFingerprint) {
    return TinyModels.trained(random(preference), backboneFingerprint);
  }

  private void write(RewardModel model) {
    RewardModelFolder.write(backbone.resolve("rewards").resolve(model.card().preference()), model);
  }

  private RewardOptions options() {
    return RewardOptions.of(
        RewardConfigs.read(
            Map.of(
                "model", backbone.toString(),
                "model-roots", backbone.resolve("none").toString(),
                "numerics", "float32",
                "threads", "1",
                "cache-tokens", "64",
                "round-tokens", "32",
                "max-candidates", "8")));
  }
}
