package dev.panda.answer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The preferences that a service has, among which requests choose by name.
 *
 * @param served names in the order of their reward models
 * @param most largest number of them in a request
 */
public record PreferenceNames(List<String> served, int most) {
  public PreferenceNames {
    served = List.copyOf(served);
  }

  /**
   * Finds the preferences that a request names.
   *
   * @param field path of the names
   * @return their indices, in the request's order
   * @throws RefusedException if there are none or too many, or if a name comes twice or is unknown
   */
  public int[] indices(String field, List<String> names) {
    if (names.isEmpty() || names.size() > most) {
      throw RefusedException.field(field, names.size(), "1 to " + most);
    }
    Set<String> seen = new HashSet<>();
    int[] indices = new int[names.size()];
    for (int i = 0; i < indices.length; i++) {
      String item = "%s[%d]".formatted(field, i);
      if (!seen.add(names.get(i))) {
        throw RefusedException.field(item, names.get(i), "all different");
      }
      indices[i] = served.indexOf(names.get(i));
      if (indices[i] < 0) {
        throw new RefusedException(
            Reason.PREFERENCE_NOT_SERVED, item, names.get(i), "one of " + served);
      }
    }
    return indices;
  }
}
