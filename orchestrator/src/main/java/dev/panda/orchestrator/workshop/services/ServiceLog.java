package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a service has written to its log. */
record ServiceLog(Path file) {
  private static final Pattern LOADING =
      Pattern.compile("loading: (\\d{1,3}) % of \\S+ million weights");
  private static final Pattern LOADED = Pattern.compile("loaded: weights as (\\w+)");

  /**
   * How far a service has loaded its weights.
   *
   * @param words the same for people
   */
  record Loading(int percent, String words) {}

  /** How far the weights are loaded; empty if the service has not said anything of it. */
  Optional<Loading> loading() {
    return numerics()
        .map(loaded -> new Loading(100, "loaded"))
        .or(
            () ->
                last(LOADING)
                    .map(
                        said ->
                            new Loading(
                                Integer.parseInt(said.group(1)),
                                said.group().substring("loading: ".length()))));
  }

  /** The format of the weights; empty until they are loaded. */
  Optional<String> numerics() {
    return last(LOADED).map(said -> said.group(1));
  }

  /** The last lines, for people. */
  List<String> lastWords(int most) {
    try {
      List<String> lines = text().lines().toList();
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    } catch (IOException none) {
      return List.of("(no log: " + none.getMessage() + ")");
    }
  }

  private Optional<MatchResult> last(Pattern words) {
    try {
      return words.matcher(text()).results().reduce((first, second) -> second);
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private String text() throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
