package dev.panda.orchestrator.workshop.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class WeightsConverterTest {
  private final WeightsConverter converter = new WeightsConverter();

  @ParameterizedTest
  @CsvSource({"7, 7", "270M, 270000000", "1.5G, 1500000000", "2kB, 2000"})
  void readsBytes(String text, long bytes) {
    assertThat(converter.convert(text)).isEqualTo(bytes);
  }

  @Test
  void takesTheSizeOfAFile(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), new byte[321]);
    assertThat(converter.convert(file.toString())).isEqualTo(321);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "much", "1T", ""})
  void refusesAnythingElse(String text) {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> converter.convert(text));
  }
}
