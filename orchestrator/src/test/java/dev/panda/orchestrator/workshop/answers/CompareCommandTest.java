package dev.panda.orchestrator.workshop.answers;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir private Path folder;

  @Test
  void compareResamplesPromptsAndNotAnswers() throws IOException {
    String answers =
        compared("Why?", 0, "one two three four five six.")
            + compared("Why?", 1, "one two three four five six.")
            + compared("Why?", 2, "one two three four five six.")
            + compared("How?", 0, "one two.");
    Path unaligned = Files.writeString(folder.resolve("unaligned.jsonl"), answers);
    Path other =
        Files.writeString(folder.resolve("other.jsonl"), compared("Why?", 3, "one.") + answers);

    Ran ran = panda("compare", unaligned.toString(), other.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).containsPattern("unaligned.jsonl +4.0 ");
    assertThat(ran.out()).contains("4 answers to 2 prompts in all files, 1 left out");
  }

  @Test
  void compareTellsAnswersOfSeveralInstructionsApart() throws IOException {
    String plain = compared("Why?", 0, "one two three four.");
    String brief = instructed("Be brief.", compared("Why?", 0, "one two."));
    Path both = Files.writeString(folder.resolve("both.jsonl"), plain + brief);
    Path other = Files.writeString(folder.resolve("other.jsonl"), brief + plain);

    Ran ran = panda("compare", both.toString(), other.toString());

    assertThat(ran.out()).containsPattern("both.jsonl +3.0 ");
    assertThat(ran.out()).contains("2 answers to 1 prompts in all files, 0 left out");
  }

  @Test
  void compareIgnoresTheInstructionIfEachFileHasOne() throws IOException {
    String answer = compared("Why?", 0, "one two.");
    Path plain = Files.writeString(folder.resolve("plain.jsonl"), answer);
    Path brief = Files.writeString(folder.resolve("brief.jsonl"), instructed("Be brief.", answer));

    assertThat(panda("compare", plain.toString(), brief.toString()).out())
        .contains("1 answers to 1 prompts in all files, 0 left out");
  }

  @Test
  void compareShowsTheDifferenceInWords() throws IOException {
    Path two = Files.writeString(folder.resolve("two.jsonl"), compared("Why?", 0, "one two."));
    Path five =
        Files.writeString(
            folder.resolve("five.jsonl"), compared("Why?", 0, "one two three four five."));

    assertThat(panda("compare", two.toString(), five.toString()).out())
        .containsPattern("two.jsonl +2.0 ")
        .containsPattern("five.jsonl +5.0  \\+3.0 \\[\\+3.0, \\+3.0]");
  }

  @Test
  void compareRefusesLinesThatAreNotJson() throws IOException {
    Path good = Files.writeString(folder.resolve("good.jsonl"), compared("Why?", 0, "one."));
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"messages\": yes}");

    Ran ran = panda("compare", good.toString(), bad.toString());

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.err())
        .contains("bad.jsonl:1: not JSON: Unrecognized token 'yes' (expected: one object a line)");
  }

  @Test
  void compareShowsRewardsThatAllAnswersHave() throws IOException {
    Path unaligned =
        Files.writeString(
            folder.resolve("unaligned.jsonl"),
            rewarded(compared("Why?", 0, "one two."), "wit", 0.5, "wit-judge", -1)
                + rewarded(compared("How?", 0, "one two."), "wit", 0.5, "wit-judge", -2));
    Path steered =
        Files.writeString(
            folder.resolve("steered.jsonl"),
            rewarded(compared("Why?", 0, "one two."), "zeal", 3, "wit-judge", 0)
                + rewarded(compared("How?", 0, "one two."), "wit", 3, "wit-judge", -1));

    Ran ran = panda("compare", unaligned.toString(), steered.toString());

    assertThat(ran.out().lines().findFirst())
        .hasValueSatisfying(l -> assertThat(l).endsWith("  wit-judge"));
    assertThat(ran.out())
        .contains("Not compared, because some answers lack them: rewards of wit, zeal")
        .containsPattern("unaligned.jsonl .* -1.50\n")
        .containsPattern("steered.jsonl .* -0.50  \\+1.00 \\[\\+1.00, \\+1.00]\n");
  }

  @Test
  void compareRefusesRewardsOfAnotherForm() throws IOException {
    String answer = compared("Why?", 0, "one two.");
    Path plain = Files.writeString(folder.resolve("plain.jsonl"), answer);
    Path other =
        Files.writeString(
            folder.resolve("other.jsonl"), answer.replace("{\"m", "{\"rewards\":{\"wit\":3},\"m"));

    Ran ran = panda("compare", plain.toString(), other.toString());

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.err())
        .contains("other.jsonl:1: rewards: {\"wit\":3} (expected: what `score` writes)");
  }

  private static String rewarded(
      String line, String first, double reward, String second, double other) {
    return line.replace(
        "{\"m",
        "{\"rewards\":{\"%s\":{\"raw\":9,\"normalised\":%s},\"%s\":{\"raw\":9,\"normalised\":%s}},\"m"
            .formatted(first, reward, second, other));
  }

  private static String instructed(String instruction, String line) {
    return line.replace("\"response\"", "\"instruction\":\"" + instruction + "\",\"response\"");
  }

  private static String compared(String question, int sample, String response) {
    return ("{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"response\":\"%s\","
            + "\"sample\":%d}\n")
        .formatted(question, response, sample);
  }
}
