package dev.panda.reward.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgesScoreTest {
  @TempDir private Path folder;

  @Test
  void withoutBeingNamed() throws IOException {
    Path backbone = folder.resolve("backbone");
    TinyRewards.writeBackbone(backbone);
    RewardModelFolder.write(backbone.resolve("rewards/wit"), trained("wit", backbone));
    RewardModelFolder.write(
        backbone.resolve("rewards/zeal"), TinyModels.judging(trained("zeal", backbone), "wit"));
    Path output = folder.resolve("scored.jsonl");
    Path data =
        Files.writeString(
            folder.resolve("answers.jsonl"),
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"response\":\"so it is\"}");

    int exitCode =
        RewardCommands.commandLine()
            .execute(
                "score",
                "-m",
                backbone.toString(),
                "-d",
                data.toString(),
                "-o",
                output.toString(),
                "--threads",
                "1",
                "--numerics",
                "float32");

    assertThat(exitCode).isZero();
    assertThat(new JsonMapper().readTree(output.toFile()).get("rewards").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("wit", "zeal");
  }

  private static RewardModel trained(String preference, Path backbone) {
    return TinyModels.trained(
        TinyModels.random(
            preference,
            TinyRewards.fingerprint(backbone),
            TinyModels.readout(1, Pooling.MEAN),
            TinyRewards.HIDDEN),
        Fingerprint.ofCheckpoint(backbone));
  }
}
