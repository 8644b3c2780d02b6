package dev.panda.orchestrator.workshop.demo;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoCommandTest {
  @Test
  void demoShowsFourAnswersSideBySideWithTheirFigures() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = demo(services, "--width", "160");
      assertThat(ran.exitCode()).isZero();
      List<String> lines = ran.out().lines().toList();
      assertThat(lines)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .containsSubsequence(
                          "unaligned", "│", "ARGS: kind", "│", "PANDA: kind", "│", "PANDA: brief"));
      assertThat(ran.out())
          .contains("METHOD_GREEDY", "METHOD_ARGS_GREEDY", "METHOD_PANDA", "kind", "+0.25")
          .contains("brief", "+1.25", "grade");
      assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(160));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 100, 120, 200})
  void demoKeepsWithinTheTerminal(int width) throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = demo(services, "--width", Integer.toString(width));
      assertThat(ran.out().lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }
  }

  @Test
  void demoNeedsTwoPreferences() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(demo(services).err()).contains("preferences served: kind", "two or more");
      assertThat(demo(services, "-p", "kind").err()).contains("--preference: kind (expected: two");
      assertThat(demo(services, "-p", "kind", "-p", "nope").err())
          .contains("--preference: nope (expected: kind)");
    }
  }

  @Test
  void demoSaysWhichAnswersAreTheSame() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      assertThat(demo(services, "--width", "200").out())
          .contains("The same answer, chosen in different ways: PANDA: kind; PANDA: brief.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--foo", "--width=3", "--max-tokens=0", "--preference=kind", "--port=0"})
  void demoRefusesOptionsBeforeItStartsAnything(String option) {
    Ran ran = panda("demo", option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(option.split("=", -1)[0], "Try: deploy/panda demo --help");
  }

  @Test
  void demoAsksEachPreferencesOwnRewardService() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief");
        FakeServices first = FakeServices.serving("brief");
        FakeServices second = FakeServices.serving("warm", "kind")) {
      String both = "--reward-endpoint=" + first.endpoint() + "," + second.endpoint();
      Ran ran = demoAt(services, "--width=160", both);
      assertThat(ran.err()).isEmpty();
      assertThat(ran.out()).contains("+0.25 kind", "+0.25 brief");
      assertThat(demoAt(services, "--reward-endpoint=" + first.endpoint()).err())
          .contains("preference: kind (expected: brief)", "--reward-endpoint");
    }
  }

  private static Ran demo(FakeServices services, String... options) {
    List<String> all = new ArrayList<>(List.of("--reward-endpoint", services.endpoint()));
    all.addAll(List.of(options));
    return demoAt(services, all.toArray(String[]::new));
  }

  private static Ran demoAt(FakeServices services, String... options) {
    List<String> arguments = new ArrayList<>(List.of("demo", "Why is it so?"));
    for (String option : List.of("--endpoint", "--base-model-endpoint")) {
      arguments.add(option);
      arguments.add(services.endpoint());
    }
    arguments.addAll(List.of(options));
    return panda(arguments.toArray(String[]::new));
  }
}
