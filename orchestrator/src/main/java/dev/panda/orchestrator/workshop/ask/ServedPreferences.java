package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Preference;
import java.util.List;
import java.util.Optional;

/**
 * The preferences that answers can follow.
 *
 * @param names in the order of the services
 */
public record ServedPreferences(List<String> names) {
  private static final String NONE_SERVED =
      "no preference, as no reward model is served; `deploy/panda train-reward` makes one";

  public static ServedPreferences of(ListPreferencesResponse served) {
    return new ServedPreferences(
        served.getPreferencesList().stream().map(Preference::getName).toList());
  }

  /** Says why some of the preferences cannot be followed; empty if all can. */
  public Optional<String> refusal(List<String> asked) {
    return asked.stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .map(
            name ->
                "--preference: %s (expected: %s)"
                    .formatted(name, names.isEmpty() ? NONE_SERVED : String.join(", ", names)));
  }
}
