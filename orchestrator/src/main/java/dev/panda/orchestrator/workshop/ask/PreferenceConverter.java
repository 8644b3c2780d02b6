package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.WeightedPreference;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a preference and its weight: {@code name} or {@code name=weight}. */
final class PreferenceConverter implements ITypeConverter<WeightedPreference> {

  @Override
  public WeightedPreference convert(String text) {
    int equals = text.lastIndexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (name.isBlank()) {
      throw malformed(text);
    }
    WeightedPreference.Builder preference = WeightedPreference.newBuilder().setName(name.strip());
    if (equals >= 0) {
      preference.setWeight(weight(text, text.substring(equals + 1)));
    }
    return preference.build();
  }

  private static double weight(String text, String number) {
    try {
      double weight = Double.parseDouble(number);
      if (Double.isFinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException notANumber) {
      throw malformed(text);
    }
    throw malformed(text);
  }

  private static TypeConversionException malformed(String text) {
    return new TypeConversionException(
        text + " (expected: NAME or NAME=WEIGHT, like comprehensibility=1.5)");
  }
}
