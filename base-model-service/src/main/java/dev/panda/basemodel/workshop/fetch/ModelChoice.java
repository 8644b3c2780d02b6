package dev.panda.basemodel.workshop.fetch;

import dev.panda.basemodel.workshop.models.ByteSize;
import dev.panda.transformer.checkpoint.gguf.GgufFiles;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses the files of a repository that Panda reads. */
final class ModelChoice {
  private static final String GGUF = ".gguf";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern SHARD = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");
  private static final Set<String> BESIDE =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "tokenizer.model",
          "chat_template.jinja");

  private final String repository;
  private final List<RemoteFile> files;

  private ModelChoice(String repository, List<RemoteFile> files) {
    this.repository = repository;
    this.files = files;
  }

  /**
   * The files of one model: a safetensors folder, or a GGUF model if the repository has no other or
   * a pattern names it.
   *
   * @param pattern for the name of a GGUF file, with {@code *} and {@code ?}
   * @throws FetchException if there is no model, or it isn't clear which is wanted
   */
  static List<RemoteFile> of(String repository, List<RemoteFile> files, Optional<String> pattern) {
    ModelChoice choice = new ModelChoice(repository, files);
    if (pattern.isPresent()) {
      return choice.gguf(matching(pattern.get()), " that matches " + pattern.get());
    }
    List<RemoteFile> weights = choice.safetensors();
    boolean isFolder = choice.root().anyMatch(file -> file.name().equals("config.json"));
    if (!weights.isEmpty() && isFolder) {
      return Stream.concat(
              choice.root().filter(file -> BESIDE.contains(file.name())), weights.stream())
          .toList();
    }
    return choice.gguf(file -> true, "");
  }

  private Stream<RemoteFile> root() {
    return files.stream().filter(file -> !file.isBelowRoot());
  }

  /** The weights as the reader of folders looks for them: one file, or an index and its shards. */
  private List<RemoteFile> safetensors() {
    List<RemoteFile> all = root().filter(file -> file.name().endsWith(".safetensors")).toList();
    Optional<RemoteFile> single = root().filter(file -> file.name().equals(SINGLE)).findFirst();
    if (single.isPresent()) {
      return List.of(single.get());
    }
    Optional<RemoteFile> index = root().filter(file -> file.name().equals(INDEX)).findFirst();
    if (index.isPresent()) {
      Stream<RemoteFile> shards = all.stream().filter(file -> SHARD.matcher(file.name()).matches());
      return Stream.concat(index.stream(), shards).toList();
    }
    return all.size() == 1 ? all : List.of();
  }

  private List<RemoteFile> gguf(Predicate<RemoteFile> wanted, String condition) {
    TreeMap<String, List<RemoteFile>> models =
        files.stream()
            .filter(file -> file.name().endsWith(GGUF) && wanted.test(file))
            .sorted(Comparator.comparing(RemoteFile::path))
            .collect(
                Collectors.groupingBy(ModelChoice::modelName, TreeMap::new, Collectors.toList()));
    if (models.size() == 1) {
      return models.values().iterator().next();
    }
    if (models.isEmpty()) {
      throw new FetchException(
          repository
              + ": no model"
              + condition
              + " (expected: config.json with *.safetensors, or *.gguf)",
          "It holds: " + list(files.stream().map(RemoteFile::path).sorted()) + ".");
    }
    throw new FetchException(
        "%s: %d GGUF models%s (expected: one)".formatted(repository, models.size(), condition),
        "Choose one with --file, such as --file '"
            + name(models.firstEntry().getValue())
            + "':\n"
            + models.values().stream().map(ModelChoice::line).collect(Collectors.joining("\n")));
  }

  /** The path of a model; parts of a split model share one. */
  private static String modelName(RemoteFile file) {
    return GgufFiles.withoutPart(file.path(), "");
  }

  /** The pattern that chooses a model. */
  private static String name(List<RemoteFile> model) {
    return GgufFiles.withoutPart(model.get(0).path(), "*");
  }

  private static String line(List<RemoteFile> model) {
    long bytes = model.stream().mapToLong(file -> file.size().orElse(0)).sum();
    return "  %10s  %s".formatted(ByteSize.of(bytes), name(model));
  }

  private static String list(Stream<String> names) {
    List<String> all = names.toList();
    String some = all.stream().limit(10).collect(Collectors.joining(", "));
    return all.isEmpty() ? "nothing" : some + (all.size() > 10 ? ", …" : "");
  }

  /** Compares names, and paths too if the pattern has a slash, in any case. */
  private static Predicate<RemoteFile> matching(String pattern) {
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.toLowerCase(Locale.ROOT));
    } catch (PatternSyntaxException malformed) {
      throw new FetchException(
          "--file: " + pattern + " (expected: a name, in which * and ? stand for others)",
          "Such as --file '*q4_k_m.gguf'.",
          malformed);
    }
    return file -> {
      String compared = pattern.contains("/") ? file.path() : file.name();
      return matcher.matches(Path.of(compared.toLowerCase(Locale.ROOT)));
    };
  }
}
