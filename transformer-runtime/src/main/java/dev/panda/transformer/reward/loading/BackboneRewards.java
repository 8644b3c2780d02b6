package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Collects the reward models that read one backbone's weights. */
public final class BackboneRewards {
  private final Backbone backbone;
  private final ModelConfig decoder;
  private final PreferenceFolders folders;
  private final Consumer<String> notices;
  private final Map<String, RewardModel> byName = new TreeMap<>();

  /**
   * Collects nothing yet.
   *
   * @param decoder the backbone's configuration
   * @param folders where the backbone's reward models lie
   * @param notices receives a line for each reward model that was distilled from, or judges, a
   *     reward model other than the present one
   */
  public BackboneRewards(
      Backbone backbone, ModelConfig decoder, PreferenceFolders folders, Consumer<String> notices) {
    this.backbone = backbone;
    this.decoder = decoder;
    this.folders = folders;
    this.notices = notices;
  }

  /**
   * Adds a reward model.
   *
   * @param source its folder or file, for messages
   * @throws RewardModelException if it does not fit the backbone, or another has its name
   */
  public void add(Path source, RewardModel model) {
    RewardModelCheck.requireFits(source, model, backbone, decoder);
    if (byName.put(model.card().preference(), model) != null) {
      throw new RewardModelException(
          source + ": preference: " + model.card().preference() + " (expected: only once)");
    }
  }

  /**
   * Reads a reward model from its folder and adds it.
   *
   * @throws RewardModelException if it is invalid, does not fit the backbone, or another has its
   *     name
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a file is missing
   */
  public void read(Path folder) {
    add(folder, RewardModelFolder.read(folder));
  }

  /** Gives the reward models by name, after a comparison with those that they were made from. */
  public List<RewardModel> all() {
    for (RewardModel model : byName.values()) {
      compareWithTeacher(model);
      compareWithGuide(model.card());
    }
    return List.copyOf(byName.values());
  }

  /**
   * Gives the projections that read the models from the backbone, in the order of {@link
   * dev.panda.transformer.reward.ReadoutColumns}.
   */
  public static List<Projection> projections(List<RewardModel> models) {
    List<Projection> projections = new ArrayList<>();
    models.forEach(
        m -> projections.add(new Projection(m.card().readout().layer(), m.head().weight())));
    for (RewardModel model : models) {
      model
          .tokenHead()
          .ifPresent(
              head -> {
                int layer = model.card().tokenHead().orElseThrow().layer();
                for (float[] state : head.states()) {
                  projections.add(new Projection(layer, state));
                }
              });
    }
    return projections;
  }

  /**
   * Reports a token head whose reward model was trained again since: the token head still estimates
   * the old one.
   */
  private void compareWithTeacher(RewardModel model) {
    model
        .card()
        .tokenHead()
        .map(record -> byName.get(record.teacher()))
        .filter(teacher -> !model.rewardsLike(teacher))
        .ifPresent(
            teacher ->
                notices.accept(
                    ("preference %s: distilled from another %s than the present one (expected: distilled from"
                            + " the present one; run train-token-head again)")
                        .formatted(model.card().preference(), teacher.card().preference())));
  }

  /** Reports a judge that may have learned from the prompts of the guide that it judges. */
  private void compareWithGuide(RewardCard judge) {
    judge
        .guide()
        .flatMap(
            name ->
                Optional.ofNullable(byName.get(name))
                    .map(RewardModel::card)
                    .or(() -> folders.find(name).map(RewardModelFolder::readCard)))
        .filter(guide -> !guide.wasTrainedWith(judge))
        .ifPresent(
            guide ->
                notices.accept(
                    ("preference %s: judges another %s than the present one, whose prompts it may have learned"
                            + " from (expected: trained together; run train-reward --judge again)")
                        .formatted(judge.preference(), guide.preference())));
  }
}
