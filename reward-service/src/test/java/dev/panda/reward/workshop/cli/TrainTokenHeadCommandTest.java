package dev.panda.reward.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModelFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrainTokenHeadCommandTest {
  @TempDir private Path folder;

  private Path model;
  private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("tiny");
    Files.createDirectories(model);
    TinyRewards.write(model);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      lines.add(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"Q %d\"}],\"response\":\"some words %d\"}"
              .formatted(i, i));
    }
    data = Files.write(folder.resolve("answers.jsonl"), lines);
  }

  private int train(String... more) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "train-token-head", "-m", model.toString());
    if (!List.of(more).contains("-p")) {
      Collections.addAll(arguments, "-p", "increment");
    }
    Collections.addAll(arguments, "-d", data.toString(), "--numerics", "float32");
    Collections.addAll(arguments, "--threads", "1", "--max-tokens", "64", "--epochs", "2");
    Collections.addAll(arguments, more);
    CommandLine commandLine = RewardCommands.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments.toArray(String[]::new));
  }

  @Test
  void writesARewardModelOfItsOwnName() {
    int exitCode = train("--rank", "4", "--licence", "MIT");

    assertThat(exitCode).isZero();
    assertThat(err.toString()).contains("rank agreement");
    RewardCard card = RewardModelFolder.read(model.resolve("rewards/increment-token")).card();
    assertThat(card.preference()).isEqualTo("increment-token");
    assertThat(card.tokenHead().orElseThrow().rank()).isEqualTo(4);
    assertThat(card.tokenHead().orElseThrow().licence()).isEqualTo("MIT");
    assertThat(card.tokenHead().orElseThrow().command())
        .startsWith("deploy/panda train-token-head --model tiny --preference increment")
        .doesNotContain(folder.toString());
    assertThat(out.toString())
        .contains("same best candidate")
        .contains("Caution: it agrees too little with its reward model")
        .contains("Written to ");
  }

  @Test
  void writesTheWeightsThatItsRewardModelHasOfItsOwnBesideIt() throws IOException {
    Path teacher = model.resolve("rewards/zeal");
    TinyRewards.writeAdapted(teacher, TinyRewards.model(model, "increment"), 0.2f);

    assertThat(train("-p", "zeal")).as(err.toString()).isZero();

    Path distilled = model.resolve("rewards/zeal-token");
    assertThat(RewardModelFolder.read(distilled).card().hasOwnWeights()).isTrue();
    assertThat(OwnWeights.files(distilled)).hasSize(2);
    assertThat(distilled.resolveSibling("zeal-token.distilling")).doesNotExist();
    assertThat(out.toString()).contains("To serve it: deploy/panda up --model ", "zeal-token");
    for (Path file : OwnWeights.files(distilled)) {
      assertThat(file).hasSameBinaryContentAs(teacher.resolve(file.getFileName()));
    }
  }

  @Test
  void refusesATokenHeadOfATokenHead() {
    assertThat(train()).isZero();

    assertThat(train("--name", "again", "-p", "increment-token")).isNotZero();
    assertThat(err.toString())
        .contains("is a token head itself (expected: its original reward model, increment)");
  }

  @Test
  void keepsAnExistingRewardModel() {
    assertThat(train("--name", "mean")).isEqualTo(2);

    assertThat(err.toString()).contains("rewards/mean contains a reward model");
  }

  @ParameterizedTest
  @CsvSource({
    "--rank,0,--rank: 0 (expected: at least 1)",
    "--rank,33,'rank: 33 (expected: at most 32, the backbone''s hidden size)'",
    "-k,1,--candidates: 1 (expected: at least 2)",
    "--name,No Name,--name: preference: No Name (expected:",
    "-k,500000,candidates: 500000 (expected: at most",
    "--layers,9,layers: 9 (expected: 1 to 3"
  })
  void refusesOptionsThatDoNotFit(String option, String value, String message) {
    assertThat(train(option, value)).isNotZero();

    assertThat(err.toString()).contains(message);
    assertThat(model.resolve("rewards/increment-token")).doesNotExist();
  }
}
