package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files of GGUF models. A model is one file, or is split into parts that llama.cpp names {@code
 * NAME-00001-of-00003.gguf} and so on.
 */
public final class GgufFiles {
  private static final String SUFFIX = ".gguf";
  private static final Pattern PART = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\" + SUFFIX);

  private GgufFiles() {}

  /** Whether a name is that of one part of a split model. */
  public static boolean isPart(String name) {
    return PART.matcher(name).matches();
  }

  /** Replaces what tells the parts of a split model apart, if a name is that of one. */
  public static String withoutPart(String name, String replacement) {
    Matcher part = PART.matcher(name);
    return part.matches() ? part.group(1) + replacement + SUFFIX : name;
  }

  /** Whether a file has the name of a GGUF file. */
  public static boolean isNamed(Path file) {
    return file.toString().endsWith(SUFFIX);
  }

  /**
   * The models of a folder, sorted by name: the path of the file, or of the first part, which may
   * be missing.
   *
   * @throws CheckpointException if the folder cannot be listed
   */
  public static List<Path> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(GgufFiles::isNamed).map(GgufFiles::first).distinct().sorted().toList();
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /** The first part of the model that a file is a part of; the file itself if it is not split. */
  public static Path first(Path file) {
    Matcher part = PART.matcher(file.getFileName().toString());
    return part.matches() ? part(file, part, 1) : file;
  }

  /**
   * The name of a model: that of its file without {@code .gguf}, or what its parts have in common.
   */
  public static String name(Path file) {
    String name = file.getFileName().toString();
    Matcher part = PART.matcher(name);
    return part.matches() ? part.group(1) : name.substring(0, name.length() - SUFFIX.length());
  }

  /**
   * All files of the model that a file belongs to, in order.
   *
   * @throws CheckpointException if one is missing
   */
  static List<Path> all(Path file) {
    Matcher part = PART.matcher(file.getFileName().toString());
    if (!part.matches()) {
      return List.of(file);
    }
    int count = Integer.parseInt(part.group(3));
    if (count == 0 || Integer.parseInt(part.group(2)) > count) {
      throw new CheckpointException(
          file + ": not the name of a part (expected: 1 to " + count + " in the name)");
    }
    return IntStream.rangeClosed(1, count).mapToObj(i -> existing(part(file, part, i))).toList();
  }

  private static Path part(Path file, Matcher name, int number) {
    return file.resolveSibling(
        "%s-%05d-of-%s%s".formatted(name.group(1), number, name.group(3), SUFFIX));
  }

  private static Path existing(Path part) {
    if (!Files.isRegularFile(part)) {
      throw new CheckpointException(
          part + ": missing (expected: beside the other parts of the model)");
    }
    return part;
  }
}
