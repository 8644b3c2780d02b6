package dev.panda.orchestrator.workshop.answers;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleCommandTest {
  @TempDir private Path folder;

  @Test
  void sampleResumesAfterAnInterruption() throws IOException {
    Path prompts = prompts("Why?", "How?", "When?");
    Path whole = folder.resolve("whole.jsonl");
    Path resumed = folder.resolve("resumed.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, whole).exitCode()).isZero();
      services.failAfter(4);
      Ran broken = sample(services, prompts, resumed);
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err()).contains("run the same command again to resume");
      services.failAfter(Integer.MAX_VALUE);
      assertThat(sample(services, prompts, resumed).exitCode()).isZero();
    }
    assertThat(Files.readAllLines(whole)).hasSize(6).doesNotHaveDuplicates();
    assertThat(Files.readAllLines(resumed)).isEqualTo(Files.readAllLines(whole));
  }

  @Test
  void sampleSaysThatAllAnswersAreThere() throws IOException {
    Path prompts = prompts("Why?");
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, answers).exitCode()).isZero();
      Ran again = sample(services, prompts, answers);
      assertThat(again.exitCode()).isZero();
      assertThat(again.err().strip()).isEqualTo("All 2 answers are there already.");
      assertThat(services.requests()).hasSize(2);
    }
  }

  @Test
  void sampleRefusesToMixSettings() throws IOException {
    Path prompts = prompts("Why?");
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, answers).exitCode()).isZero();
      Ran other = sample(services, prompts, answers, "--temperature", "0.5");
      assertThat(other.exitCode()).isEqualTo(1);
      assertThat(other.err()).contains("drawn with other settings");
    }
    assertThat(Files.readAllLines(answers)).hasSize(2);
  }

  @Test
  void sampleDrawsWithEachInstructionAndRecordsIt() throws IOException {
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      String[] options = {"--instruction", "Be warm.", "--instruction", ""};
      assertThat(sample(services, prompts("Why?"), answers, options).exitCode()).isZero();
      assertThat(services.requests())
          .extracting(request -> request.getChat().getMessages(0).getContent())
          .containsExactlyInAnyOrder("Why? Be warm.", "Why? Be warm.", "Why?", "Why?");
    }
    List<String> instructions = new ArrayList<>();
    JsonLines.read(
        answers,
        line -> {
          instructions.add(line.text("instruction"));
          assertThat(line.object().path("messages").toString()).doesNotContain("warm");
        });
    assertThat(instructions).containsExactly("Be warm.", "Be warm.", "", "");
  }

  @Test
  void sampleRefusesToMixModels() throws IOException {
    Path prompts = prompts("Why?");
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, answers).exitCode()).isZero();
      services.serveModel("other");
      Ran other = sample(services, prompts, answers);
      assertThat(other.exitCode()).isEqualTo(1);
      assertThat(other.err()).contains("drawn with other settings");
    }
    assertThat(Files.readAllLines(answers)).hasSize(2);
  }

  @Test
  void sampleNamesTheLineThatIsMalformed() throws IOException {
    Path prompts = Files.writeString(folder.resolve("p.jsonl"), "{\"messages\": []}\n");
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = sample(services, prompts, folder.resolve("a.jsonl"));
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("p.jsonl:1: messages: []");
    }
  }

  @Test
  void sampleReadsPromptsWithAByteOrderMark() throws IOException {
    Path prompts = prompts("Why?", "How?");
    Files.writeString(prompts, "\uFEFF" + Files.readString(prompts));
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, folder.resolve("a.jsonl")).exitCode()).isZero();
      assertThat(services.requests()).hasSize(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, :1: messages[0].content: half a character", "UTF-16LE, : UTF-16 (expected:"})
  void sampleRefusesTextThatIsNotUtf8BeforeItAsksForAnAnswer(String charset, String message)
      throws IOException {
    String line = "\uFEFF{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud83d\"}]}\n";
    Path prompts = Files.writeString(folder.resolve("p.jsonl"), line, Charset.forName(charset));
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = sample(services, prompts, folder.resolve("a.jsonl"));
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("p.jsonl" + message);
      assertThat(services.requests()).isEmpty();
    }
  }

  @Test
  void sampleRefusesAFileWithoutPrompts() throws IOException {
    Path answers = folder.resolve("a.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = sample(services, Files.writeString(folder.resolve("p.jsonl"), "\n"), answers);
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("p.jsonl: no prompts (expected: at least one)", "messages");
    }
    assertThat(answers).doesNotExist();
  }

  private Path prompts(String... questions) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String question : questions) {
      lines
          .append("{\"messages\":[{\"role\":\"user\",\"content\":\"")
          .append(question)
          .append("\"}]}\n");
    }
    return Files.writeString(folder.resolve("prompts.jsonl"), lines);
  }

  private static Ran sample(FakeServices services, Path prompts, Path output, String... options) {
    List<String> arguments = new ArrayList<>(List.of("sample", "--samples", "2"));
    arguments.addAll(List.of("--endpoint", services.endpoint()));
    arguments.addAll(List.of("--prompts", prompts.toString(), "--output", output.toString()));
    arguments.addAll(List.of(options));
    return panda(arguments.toArray(String[]::new));
  }
}
