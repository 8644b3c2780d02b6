package dev.panda.orchestrator;

import static dev.panda.orchestrator.testing.TinyPanda.constant;
import static dev.panda.orchestrator.testing.TinyPanda.named;
import static dev.panda.orchestrator.testing.TinyPanda.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Preference;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.orchestrator.testing.TinyPanda;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the packaged services answer, by method and to the end. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(TinyPanda.Shared.class)
class AnswersIT {
  private final TinyPanda panda;

  AnswersIT(TinyPanda panda) {
    this.panda = panda;
  }

  @Test
  void streamsTheTokensOfTheSummary() {
    GenerateRequest request =
        prompt().addPreferences(named("meaning")).setMaxTokens(12).setAllCandidates(true).build();
    List<Token> tokens = new ArrayList<>();
    Summary summary = null;
    for (GenerateResponse response : panda.generate(request)) {
      assertThat(summary).isNull();
      if (response.hasToken()) {
        tokens.add(response.getToken());
      } else {
        summary = response.getSummary();
      }
    }

    assertThat(summary).isNotNull();
    assertThat(tokens).extracting(Token::getId).isEqualTo(summary.getTokenIdsList());
    assertThat(summary.getText())
        .startsWith(String.join("", tokens.stream().map(Token::getText).toList()));
    assertThat(tokens)
        .allSatisfy(
            token -> {
              assertThat(token.getCandidatesCount()).isEqualTo(10);
              assertThat(token.getCandidates(token.getRank()).getId()).isEqualTo(token.getId());
              assertThat(token.getCandidates(token.getRank()).getReward())
                  .isEqualTo(token.getReward());
              assertThat(token.hasKl()).isTrue();
            });
    assertThat(summary.getReward()).isEqualTo(tokens.get(tokens.size() - 1).getReward());
    assertThat(summary.getUsage().getPromptTokens()).isEqualTo(4);
  }

  @Test
  void everyMethodAnswersAndRepeatsItselfWithItsSeed() {
    for (Method method : Method.values()) {
      if (method == Method.METHOD_UNSPECIFIED || method == Method.UNRECOGNIZED) {
        continue;
      }
      GenerateRequest request =
          prompt()
              .setMethod(method)
              .addPreferences(named("meaning"))
              .addPreferences(named("steady"))
              .setMaxTokens(10)
              .setSeed(11)
              .build();

      Summary summary = panda.summary(request);

      assertThat(summary.getTokenIdsList()).as(method.name()).isNotEmpty();
      assertThat(summary.getPreferenceRewardsCount()).as(method.name()).isEqualTo(2);
      assertThat(panda.summary(request).getTokenIdsList())
          .as(method.name())
          .isEqualTo(summary.getTokenIdsList());
    }
  }

  @Test
  void bestOfNKeepsTheBestOfItsSamples() {
    GenerateRequest one =
        prompt()
            .setMethod(Method.METHOD_BEST_OF_N)
            .addPreferences(named("ending"))
            .setN(1)
            .setSeed(3)
            .setMaxTokens(8)
            .build();

    double best = panda.summary(one.toBuilder().setN(12).build()).getReward();

    assertThat(best).isGreaterThanOrEqualTo(panda.summary(one).getReward());
  }

  @Test
  void perLambdaKeepsTheBestRewardWithinTheLimit() {
    GenerateRequest.Builder request =
        prompt()
            .addPreferences(named("meaning"))
            .setMaxTokens(10)
            .addLambdas(constant(0))
            .addLambdas(constant(20))
            .setLambdaMode(LambdaMode.LAMBDA_MODE_PER_LAMBDA);

    Summary free = panda.summary(request.clone().setMaxMeanKl(1000).build());
    Summary bound = panda.summary(request.clone().setMaxMeanKl(1e-9).build());

    assertThat(free.getReward()).isGreaterThanOrEqualTo(bound.getReward());
    assertThat(bound.getMeanKl()).isZero();
  }

  @Test
  void stopsBeforeAStopString() {
    GenerateRequest.Builder request =
        prompt().setMethod(Method.METHOD_SAMPLING).setSeed(2).setMaxTokens(40);
    String text = panda.summary(request.clone().build()).getText();
    String stop = text.substring(text.length() / 2, text.length() / 2 + 2);

    Summary stopped = panda.summary(request.addStop(stop).build());

    assertThat(stopped.getText()).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(stopped.getFinishReason().name()).isEqualTo("FINISH_REASON_STOP_STRING");
  }

  @Test
  void listsThePreferences() {
    assertThat(
            GenerationServiceGrpc.newBlockingStub(panda.services().orchestrator())
                .listPreferences(ListPreferencesRequest.getDefaultInstance())
                .getPreferencesList())
        .extracting(Preference::getName)
        .containsExactly("apart", "ending", "meaning", "steady");
  }
}
