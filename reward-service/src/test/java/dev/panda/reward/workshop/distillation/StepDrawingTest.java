package dev.panda.reward.workshop.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.panda.reward.workshop.distillation.StepDrawing.Drawn;
import dev.panda.reward.workshop.scoring.ScoredLine;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepDrawingTest {
  private static final int PROMPT = 2;
  private static final int STEPS = 4;

  /** A response of ten tokens. */
  private static ScoredLine line(int prompt, int response) {
    int[] tokens = IntStream.concat(IntStream.of(7, prompt), IntStream.range(0, 10)).toArray();
    return new ScoredLine(
        JsonNodeFactory.instance.objectNode().put("prompt", prompt).put("response", response),
        List.of(new ScoredLine.Response("rewards", tokens, PROMPT)));
  }

  private static List<ScoredLine> lines(int prompts, int each) {
    List<ScoredLine> lines = new ArrayList<>();
    for (int prompt = 0; prompt < prompts; prompt++) {
      for (int response = 0; response < each; response++) {
        lines.add(line(prompt, response));
      }
    }
    return lines;
  }

  private static StepDrawing draw(List<ScoredLine> lines) {
    return new StepDrawing(
        new ExampleFile<>("answers.jsonl", "f", lines, List.of(), 0), 5, 0.2, STEPS);
  }

  private static List<Drawn> training(StepDrawing drawing) {
    return drawing.training(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private static List<List<Integer>> described(List<Drawn> drawn) {
    return drawn.stream()
        .map(
            some ->
                IntStream.concat(IntStream.of(some.tokens()[1]), IntStream.of(some.lengths()))
                    .boxed()
                    .toList())
        .toList();
  }

  @Test
  void theDrawDoesNotDependOnTheOrderOfLines() {
    List<ScoredLine> shuffled = lines(10, 3);
    Collections.shuffle(shuffled, new Random(1));

    StepDrawing drawing = draw(lines(10, 3));
    StepDrawing other = draw(shuffled);

    assertThat(described(training(other))).isEqualTo(described(training(drawing)));
    assertThat(described(other.heldOut())).isEqualTo(described(drawing.heldOut()));
  }

  @Test
  void measuresOnAFifthOfThePromptsOfWhichNothingIsLearned() {
    StepDrawing drawing = draw(lines(10, 3));

    assertThat(drawing.heldOut()).hasSize(6);
    assertThat(training(drawing))
        .hasSize(24)
        .noneMatch(
            learned ->
                drawing.heldOut().stream()
                    .anyMatch(measured -> measured.tokens()[1] == learned.tokens()[1]));
  }

  @Test
  void measuresOnAHundredResponsesAtMost() {
    StepDrawing drawing = draw(lines(100, 30));

    assertThat(drawing.heldOut()).hasSize(100);
    assertThat(training(drawing)).hasSize(96 * 30);
  }

  @Test
  void drawsStepsOfTheResponseAlone() {
    for (Drawn drawn : training(draw(lines(10, 3)))) {
      assertThat(IntStream.of(drawn.lengths()).boxed().toList())
          .hasSize(STEPS)
          .isSorted()
          .doesNotHaveDuplicates()
          .allMatch(length -> length >= PROMPT && length < PROMPT + 10);
    }
  }

  @Test
  void stopsAtTheMostResponsesAndSteps() {
    StepDrawing drawing = draw(lines(10, 3));

    assertThat(drawing.training(5, Long.MAX_VALUE)).hasSize(5);
    assertThat(drawing.training(Integer.MAX_VALUE, 3 * STEPS)).hasSize(3);
    assertThat(drawing.training(Integer.MAX_VALUE, 1)).hasSize(1);
  }

  @Test
  void treatsPromptsWithEqualTokensAsOne() {
    List<ScoredLine> lines = lines(1, 3);
    lines.forEach(
        line -> line.object().put("messages", "written otherwise " + lines.indexOf(line)));

    assertThatThrownBy(() -> draw(lines))
        .isInstanceOf(TrainingException.class)
        .hasMessage("answers.jsonl: 1 prompts (expected: at least 2, one of them to evaluate on)");
  }
}
