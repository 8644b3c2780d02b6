package dev.panda.transformer.checkpoint.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The safetensors files of a folder.
 *
 * @param files all files of the model, opened
 * @param byTensor the file that holds a tensor, by the tensor's name
 */
record Shards(Collection<Safetensors> files, Map<String, Safetensors> byTensor) {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private static final Pattern SHARD = Pattern.compile("-\\d{5}-of-\\d{5}\\.safetensors$");

  static Shards open(Path folder) {
    if (Files.exists(folder.resolve(SINGLE))) {
      return openSingle(folder.resolve(SINGLE));
    }
    if (Files.exists(folder.resolve(INDEX))) {
      return openIndexed(folder, folder.resolve(INDEX));
    }
    List<Path> found = list(folder);
    if (found.size() != 1 || SHARD.matcher(found.get(0).toString()).find()) {
      throw new CheckpointException(
          folder
              + ": "
              + found.size()
              + " *.safetensors files (expected: "
              + SINGLE
              + ", or shards with "
              + INDEX
              + ", or exactly one file that is no shard)");
    }
    return openSingle(found.get(0));
  }

  private static Shards openSingle(Path file) {
    Safetensors single = Safetensors.open(file);
    Map<String, Safetensors> byTensor = new LinkedHashMap<>();
    single.tensors().keySet().forEach(name -> byTensor.put(name, single));
    return new Shards(List.of(single), byTensor);
  }

  private static Shards openIndexed(Path folder, Path index) {
    JsonNode weightMap = StrictJson.read(index).path("weight_map");
    if (!weightMap.isObject()) {
      throw new CheckpointException(index + ": weight_map: missing (expected: an object)");
    }
    checkShardsExist(folder, index, weightMap);
    Map<String, Safetensors> files = new LinkedHashMap<>();
    try {
      Map<String, Safetensors> byTensor = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
        Safetensors shard =
            files.computeIfAbsent(
                entry.getValue().textValue(), name -> Safetensors.open(folder.resolve(name)));
        if (!shard.tensors().containsKey(entry.getKey())) {
          throw new CheckpointException(
              shard.path()
                  + ": tensor "
                  + entry.getKey()
                  + ": missing (expected: present, as "
                  + index
                  + " says)");
        }
        byTensor.put(entry.getKey(), shard);
      }
      return new Shards(files.values(), byTensor);
    } catch (RuntimeException e) {
      files.values().forEach(Safetensors::close);
      throw e;
    }
  }

  private static void checkShardsExist(Path folder, Path index, JsonNode weightMap) {
    TreeSet<String> missing = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
      String name = entry.getValue().asText();
      if (!entry.getValue().isTextual()
          || !name.endsWith(".safetensors")
          || name.contains("/")
          || name.contains("\\")) {
        throw new CheckpointException(
            index
                + ": tensor "
                + entry.getKey()
                + ": file: "
                + entry.getValue()
                + " (expected: the name of a *.safetensors file beside it)");
      }
      if (!exists(folder, name)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new CheckpointException(index + ": names missing files: " + missing);
    }
  }

  private static boolean exists(Path folder, String name) {
    try {
      return Files.isRegularFile(folder.resolve(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }
}
