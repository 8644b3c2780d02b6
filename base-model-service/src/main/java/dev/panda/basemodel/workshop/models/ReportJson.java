package dev.panda.basemodel.workshop.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.tokenizer.TokenizerSummary;
import java.nio.file.Path;

/** A {@link ModelReport} as JSON. What cannot be read is left out. */
public final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  public static ObjectNode of(ModelReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", report.name()).put("model", report.path().toString());
    ArrayNode files = json.putArray("files");
    report.files().stream().map(Path::toString).forEach(files::add);
    report.config().ifPresent(config -> addShape(report, config, json));
    ArrayNode weights = json.putArray("weights");
    for (StoredWeights stored : report.weights()) {
      ObjectNode type = weights.addObject().put("type", stored.type());
      type.put("tensors", stored.tensors());
      stored.bytes().ifPresent(bytes -> type.put("bytes", bytes));
    }
    report.tokenizer().ifPresent(tokenizer -> addTokenizer(tokenizer, json));
    report.template().ifPresent(template -> addTemplate(template, json));
    ArrayNode memory = json.putArray("memory");
    for (NeededMemory need : report.memory()) {
      ObjectNode format = memory.addObject().put("numerics", need.numerics().toString());
      format.put("weight_bytes", need.weights());
      format.put("cache_bytes_per_" + NeededMemory.TOKENS + "_tokens", need.cache());
      need.refusal().ifPresent(refusal -> format.put("refusal", refusal));
    }
    ArrayNode rewards = json.putArray("rewards");
    for (RewardSummary reward : report.rewards()) {
      ObjectNode entry = rewards.addObject().put("name", reward.entry().name());
      entry.put("file", reward.entry().card().toString()).put("role", reward.role());
      entry.set("card", reward.card());
      reward.fault().ifPresent(fault -> entry.put("fault", fault));
    }
    ArrayNode refusals = json.putArray("refusals");
    report.refusals().forEach(refusals::add);
    return json;
  }

  private static void addShape(ModelReport report, ModelConfig config, ObjectNode json) {
    json.put("architecture", config.architecture());
    report.family().ifPresent(models -> json.put("models_of_architecture", models));
    json.put("parameters", report.parameters());
    json.put("num_hidden_layers", config.numHiddenLayers());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_attention_heads", config.numAttentionHeads());
    json.put("num_key_value_heads", config.numKeyValueHeads());
    json.put("head_dim", config.headDim());
    json.put("vocab_size", config.vocabSize());
    json.put("max_position_embeddings", config.maxPositionEmbeddings());
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
  }

  private static void addTokenizer(TokenizerSummary tokenizer, ObjectNode json) {
    json.putObject("tokenizer")
        .put("kind", tokenizer.kind())
        .put("vocabulary_size", tokenizer.vocabularySize())
        .put("source", tokenizer.source());
    ArrayNode endTokens = json.putArray("end_tokens");
    tokenizer
        .endTokens()
        .forEach((id, text) -> endTokens.addObject().put("id", id).put("text", text));
  }

  private static void addTemplate(Template template, ObjectNode json) {
    ObjectNode entry = json.putObject("chat_template");
    entry.put("source", template.source()).put("usable", template.fault().isEmpty());
    template.fault().ifPresent(fault -> entry.put("fault", fault));
  }
}
