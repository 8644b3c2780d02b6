package dev.panda.transformer.checkpoint.adapter;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.Bounds;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes an adapter in the files of Hugging Face PEFT, {@code adapter_config.json} and
 * {@code adapter_model.safetensors}: LoRA of a single rank on linear layers of the blocks.
 */
public final class AdapterFolder {
  static final String CONFIG = "adapter_config.json";
  static final String MODEL = "adapter_model.safetensors";

  /**
   * Tensor names of a language model ({@code model.layers}) or of a bare decoder ({@code layers}).
   */
  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.(?:model\\.)?layers\\.(\\d{1,4})\\.(\\w+\\.\\w+)\\.lora_([AB])\\.weight");

  private static final Pattern WEIGHT = Pattern.compile("model\\.layers\\.(\\d+)\\..*");

  private static final Bounds FACTORS = Bounds.within(1e9);

  private static final JsonMapper JSON = new JsonMapper();

  private AdapterFolder() {}

  /** The paths of an adapter's files. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(CONFIG), folder.resolve(MODEL));
  }

  /**
   * Reads an adapter.
   *
   * @throws CheckpointException if the adapter is of an unsupported kind, or a file is incomplete
   */
  public static LowRankAdapter read(Path folder) {
    AdapterConfig config = AdapterConfig.read(folder.resolve(CONFIG));
    return new LowRankAdapter(
        config.rank(),
        config.alpha(),
        config.rankStabilised(),
        factors(folder.resolve(MODEL), config.rank()));
  }

  private static Map<String, LowRankFactors> factors(Path path, int rank) {
    try (Safetensors file = Safetensors.open(path)) {
      Map<String, float[]> a = new TreeMap<>();
      Map<String, float[]> b = new TreeMap<>();
      file.tensors()
          .forEach(
              (name, tensor) -> {
                Matcher matcher = NAME.matcher(name);
                if (!matcher.matches()) {
                  throw unknown(path, name);
                }
                String weight =
                    LinearLayer.ofPath(matcher.group(2))
                        .orElseThrow(() -> unknown(path, name))
                        .weight(Integer.parseInt(matcher.group(1)));
                boolean isA = matcher.group(3).equals("A");
                requireRank(path, tensor, isA ? 0 : 1, rank);
                (isA ? a : b).put(weight, finite(path, name, file.read(name)));
              });
      if (a.isEmpty() || !a.keySet().equals(b.keySet())) {
        Set<String> lone = new TreeSet<>(a.keySet());
        lone.addAll(b.keySet());
        lone.removeIf(weight -> a.containsKey(weight) && b.containsKey(weight));
        throw new CheckpointException(
            path + ": adapters: incomplete " + lone + " (expected: lora_A and lora_B of each)");
      }
      Map<String, LowRankFactors> factors = new LinkedHashMap<>();
      a.forEach(
          (weight, values) -> factors.put(weight, new LowRankFactors(rank, values, b.get(weight))));
      return factors;
    }
  }

  private static float[] finite(Path path, String name, float[] values) {
    try {
      return FACTORS.check("tensor " + name, values);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(path + ": " + e.getMessage(), e);
    }
  }

  private static CheckpointException unknown(Path path, String name) {
    return new CheckpointException(
        "%s: tensor %s (expected: only lora_A and lora_B of linear layers of the blocks)"
            .formatted(path, name));
  }

  private static void requireRank(Path path, TensorInfo tensor, int dimension, int rank) {
    if (tensor.shape().size() != 2 || tensor.shape().get(dimension) != rank) {
      throw new CheckpointException(
          "%s: tensor %s: shape %s (expected: two dimensions, with dimension %d equal to the rank, %d)"
              .formatted(path, tensor.name(), tensor.shape(), dimension, rank));
    }
  }

  /**
   * Writes an adapter in float32; creates the folder if needed.
   *
   * @param base name or path of the model that PEFT loads the adapter on
   * @throws CheckpointException if it cannot be written
   */
  public static void write(Path folder, LowRankAdapter adapter, String base) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Set<String> modules = new TreeSet<>();
    adapter
        .factors()
        .forEach(
            (weight, factors) -> {
              String module = weight.substring(0, weight.length() - ".weight".length());
              modules.add(module.substring(module.lastIndexOf('.') + 1));
              String name = "base_model.model." + module;
              tensors.put(
                  name + ".lora_A.weight", matrix(factors.rank(), factors.inputs(), factors.a()));
              tensors.put(
                  name + ".lora_B.weight", matrix(factors.outputs(), factors.rank(), factors.b()));
            });
    ObjectNode config = JSON.createObjectNode();
    config
        .put("peft_type", "LORA")
        .putNull("task_type")
        .put("base_model_name_or_path", base)
        .put("r", adapter.rank())
        .put("lora_alpha", adapter.alpha())
        .put("lora_dropout", 0.0)
        .put("use_rslora", adapter.rankStabilised())
        .put("bias", "none")
        .put("fan_in_fan_out", false)
        .put("inference_mode", true);
    modules.forEach(config.putArray("target_modules")::add);
    blocks(adapter).forEach(config.putArray("layers_to_transform")::add);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(CONFIG), config.toPrettyString() + System.lineSeparator());
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be written: " + e.getMessage(), e);
    }
    SafetensorsWriter.write(folder.resolve(MODEL), tensors, Map.of("format", "pt"));
  }

  /**
   * The blocks that have adapters. If they were not listed, PEFT would put adapters on all blocks.
   */
  private static Set<Integer> blocks(LowRankAdapter adapter) {
    Set<Integer> blocks = new TreeSet<>();
    for (String weight : adapter.factors().keySet()) {
      Matcher matcher = WEIGHT.matcher(weight);
      if (matcher.matches()) {
        blocks.add(Integer.valueOf(matcher.group(1)));
      }
    }
    return blocks;
  }

  private static TensorData matrix(int rows, int columns, float[] values) {
    return new TensorData(ScalarType.F32, List.of(rows, columns), values);
  }
}
