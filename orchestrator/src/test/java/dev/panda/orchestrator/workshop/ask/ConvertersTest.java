package dev.panda.orchestrator.workshop.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.workshop.cli.DurationConverter;
import dev.panda.orchestrator.workshop.cli.EndpointConverter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant:2|CONSTANT",
        "2|CONSTANT",
        "0.5|CONSTANT",
        "linear:1,0.05|LINEAR",
        "exponential:1,20|EXPONENTIAL",
        "cosine:1|COSINE",
        "cosine:1,64|COSINE",
        "warm-up:1,8|WARM_UP",
        "entropy:3|ENTROPY",
        "kl-budget:0.1,4|KL_BUDGET"
      })
  void readsEveryShape(String text, LambdaFunction.KindCase kind) {
    assertThat(new LambdaConverter().convert(text).getKindCase()).isEqualTo(kind);
  }

  @Test
  void readsTheNumbersOfAShapeInTheirOrder() {
    LambdaFunction lambda = new LambdaConverter().convert("kl-budget:0.1,4");
    assertThat(lambda.getKlBudget().getBudget()).isEqualTo(0.1);
    assertThat(lambda.getKlBudget().getMaxStrength()).isEqualTo(4);
    assertThat(new LambdaConverter().convert("cosine:1").getCosine().hasSteps()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "constant:",
        "constant:1,2",
        "linear:1",
        "warm-up:1,0",
        "warm-up:1,2.5",
        "square:1",
        ":1",
        "linear:1,x"
      })
  void refusesAMalformedShape(String text) {
    assertThatThrownBy(() -> new LambdaConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith(text)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void namesWhatIsNoNumber() {
    assertThatThrownBy(() -> new LambdaConverter().convert("constant:abc"))
        .hasMessageStartingWith("constant:abc: 'abc' is no number (expected: a number like 1");
  }

  @Test
  void readsAPreferenceWithAndWithoutWeight() {
    WeightedPreference weighted = new PreferenceConverter().convert("kind=-0.5");
    assertThat(weighted.getName()).isEqualTo("kind");
    assertThat(weighted.getWeight()).isEqualTo(-0.5);
    assertThat(new PreferenceConverter().convert("kind").hasWeight()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=1", "kind=", "kind=much", "kind=NaN", "kind=Infinity"})
  void refusesAMalformedPreference(String text) {
    assertThatThrownBy(() -> new PreferenceConverter().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9000", "localhost:1", "[::1]:65535"})
  void readsAnAddress(String text) {
    assertThat(new EndpointConverter().convert(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:0", "localhost:65536", ":9000", "a b:1", ""})
  void refusesAMalformedAddress(String text) {
    assertThatThrownBy(() -> new EndpointConverter().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }

  @ParameterizedTest
  @CsvSource({"10s, PT10S", "2m, PT2M", "1h, PT1H", "500ms, PT0.5S"})
  void readsADuration(String text, Duration duration) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "PT10S", "0s", "-1s", "1.5s", "10 s", "soon", "", "9999999999s"})
  void refusesAMalformedDuration(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith(text + " (expected: ")
        .hasMessageContaining("10s or 2m");
  }

  @Test
  void methodsAreNamedAsPeopleWriteThem() {
    assertThat(new ProtoEnumConverter.OfMethod())
        .containsExactly(
            "panda",
            "panda-stochastic",
            "greedy",
            "sampling",
            "args-greedy",
            "args-stochastic",
            "best-of-n");
    assertThat(new ProtoEnumConverter.OfMethod().convert("Best-Of-N"))
        .isEqualTo(Method.METHOD_BEST_OF_N);
  }
}
