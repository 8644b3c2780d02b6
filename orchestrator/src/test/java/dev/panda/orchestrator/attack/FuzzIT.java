package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DetokenizeRequest;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any messages, in any order, to every method of the three services. */
@Attack
class FuzzIT {
  private static final int AT_A_TIME = 12;
  private static final int DEADLINE_SECONDS = 3;
  private static final Pattern JAVA =
      Pattern.compile(
          "\\b(java|jdk|sun|io\\.grpc|io\\.netty|com\\.google|dev\\.panda)\\.[a-z]"
              + "|Exception|OutOfMemory|\\bnull\\b");

  private final AttackedPanda panda;

  FuzzIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /** A method and the messages that it would answer. */
  private record Target(
      ManagedChannel channel, MethodDescriptor<?, ?> method, List<Message> examples) {}

  @Test
  void quick() {
    fuzz(600, 16);
  }

  @Tag("attack-slow")
  @Test
  void whole() {
    fuzz(3600, 17);
  }

  private void fuzz(int calls, long seed) {
    List<Integer> before = answer();
    Random random = new Random(seed);
    RandomMessages messages = new RandomMessages(random);
    List<Target> targets = targets();
    List<Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < calls) {
      List<CompletableFuture<Outcome>> together = new ArrayList<>();
      for (int i = 0; i < AT_A_TIME; i++) {
        together.add(call(targets.get((outcomes.size() + i) % targets.size()), messages, random));
      }
      outcomes.addAll(Call.outcomes(together));
    }

    Figures.write("fuzz, %d calls".formatted(calls), "%s", Outcome.count(outcomes));
    Outcome.assertAll(
        outcomes,
        outcome ->
            outcome.code() != Status.Code.INTERNAL
                && outcome.code() != Status.Code.UNKNOWN
                && !JAVA.matcher(outcome.description()).find());
    assertThat(panda.services()).allMatch(service -> service.process().isRunning());
    assertThat(Sequence.fillCaches(panda)).containsExactly(Status.Code.OK);
    assertThat(answer()).isEqualTo(before);
  }

  private List<Integer> answer() {
    Generation generation = Generation.start(panda.orchestrator().connect(), aligned(32));
    assertThat(generation.outcome().code()).isEqualTo(Status.Code.OK);
    return generation.tokens();
  }

  private static CompletableFuture<Outcome> call(
      Target target, RandomMessages messages, Random random) {
    int number = target.method().getType().clientSendsOneMessage() ? 1 : random.nextInt(5);
    byte[][] drawn = new byte[number][];
    for (int i = 0; i < number; i++) {
      // In half of the streams the first example opens, and what follows goes astray.
      int first = i == 0 && random.nextBoolean() ? 0 : random.nextInt(target.examples().size());
      Message example = target.examples().get(first);
      drawn[i] =
          number > 1 && i == 0 && random.nextBoolean()
              ? example.toByteArray()
              : messages.draw(example);
    }
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    return Call.start(
        target.channel(),
        target.method(),
        random.nextInt(4) == 0 ? options.withCompression("gzip") : options,
        drawn);
  }

  private List<Target> targets() {
    ManagedChannel orchestrator = panda.orchestrator().connect();
    ManagedChannel base = panda.base().connect();
    ManagedChannel reward = panda.kind().connect();
    List<Integer> ids = List.of(40, 41, 99, 7);

    RenderChatRequest.Builder chat = RenderChatRequest.newBuilder();
    chat.getChatBuilder().addMessagesBuilder().setRole("user").setContent("Why?");
    EmbedRequest.Builder embed = EmbedRequest.newBuilder();
    embed.getPromptBuilder().getTokensBuilder().addAllIds(ids);
    DecodeRequest.Builder open = DecodeRequest.newBuilder();
    open.getOpenBuilder().setK(10).setMaxTokens(20).getPromptBuilder().setText("Why?");
    DecodeRequest.Builder accept = DecodeRequest.newBuilder();
    accept.getAcceptBuilder().setTokenId(40);
    ScoreRequest.Builder openScore = ScoreRequest.newBuilder();
    openScore
        .getOpenBuilder()
        .addAllPromptTokenIds(ids)
        .addPreferences("kind")
        .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
        .setMaxTokens(20)
        .setMaxCandidates(10);
    ScoreRequest.Builder score = ScoreRequest.newBuilder();
    score.getScoreBuilder().addAllCandidateIds(ids);
    ScoreSequencesRequest.Builder sequences =
        ScoreSequencesRequest.newBuilder()
            .addAllPromptTokenIds(ids)
            .addPreferences("kind")
            .setUnit(RewardUnit.REWARD_UNIT_NORMALISED);
    sequences.addResponsesBuilder().addAllIds(ids);

    return List.of(
        new Target(
            orchestrator,
            GenerationServiceGrpc.getGenerateMethod(),
            List.of(aligned(8), unaligned(8))),
        new Target(
            orchestrator,
            GenerationServiceGrpc.getListPreferencesMethod(),
            List.of(ListPreferencesRequest.getDefaultInstance())),
        new Target(
            base,
            BaseModelServiceGrpc.getGetModelMethod(),
            List.of(GetModelRequest.getDefaultInstance())),
        new Target(
            base,
            BaseModelServiceGrpc.getTokenizeMethod(),
            List.of(TokenizeRequest.newBuilder().setText("Why?").build())),
        new Target(
            base,
            BaseModelServiceGrpc.getDetokenizeMethod(),
            List.of(DetokenizeRequest.newBuilder().addAllTokenIds(ids).build())),
        new Target(base, BaseModelServiceGrpc.getRenderChatMethod(), List.of(chat.build())),
        new Target(base, BaseModelServiceGrpc.getEmbedMethod(), List.of(embed.build())),
        new Target(
            base, BaseModelServiceGrpc.getDecodeMethod(), List.of(open.build(), accept.build())),
        new Target(
            reward,
            RewardServiceGrpc.getListPreferencesMethod(),
            List.of(dev.panda.api.reward.v1.ListPreferencesRequest.getDefaultInstance())),
        new Target(
            reward, RewardServiceGrpc.getScoreMethod(), List.of(openScore.build(), score.build())),
        new Target(
            reward, RewardServiceGrpc.getScoreSequencesMethod(), List.of(sequences.build())));
  }
}
