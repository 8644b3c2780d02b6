package dev.panda.orchestrator.testing;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.Pooling;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.RewardServiceGrpc.RewardServiceImplBase;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.api.reward.v1.SequenceOpened;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A reward service without a model: each candidate's reward is its id over 100. */
public final class FakeRewards extends FakeService {
  /** Largest number of finished responses in a message. */
  public static final int MAX_RESPONSES = 5;

  private final List<String> preferences;
  private final AtomicInteger listings = new AtomicInteger();
  private volatile boolean silent;
  private volatile boolean hangs;
  private volatile boolean down;
  private volatile double reward = 0.01;
  private volatile int maxPreferences = 8;
  private volatile boolean tokenHead;
  private volatile Breach breach = Breach.NONE;

  /** What a preference finds in each response as it is, whatever its candidates are. */
  public static double responseReward(String preference) {
    return 42 + preference.charAt(0);
  }

  /** Serves preferences of these names. */
  public FakeRewards(String... preferences) {
    this.preferences = List.of(preferences);
  }

  @Override
  BindableService service() {
    return new Scoring();
  }

  /** Opens streams and answers nothing else on them. */
  public void fallSilent() {
    silent = true;
  }

  /** Does not answer what it serves. */
  public void hang() {
    hangs = true;
  }

  /** Answers no listing but with UNAVAILABLE. */
  public void goDown() {
    down = true;
  }

  /** How often it was asked what it serves. */
  public int listings() {
    return listings.get();
  }

  /** Gives each candidate this times its id. */
  public void reward(double value) {
    reward = value;
  }

  /** Says that candidates' rewards are estimates. */
  public void estimate() {
    tokenHead = true;
  }

  /** Changes its answers. */
  public void breach(Breach change) {
    breach = change;
  }

  public void maxPreferences(int most) {
    maxPreferences = most;
  }

  private final class Scoring extends RewardServiceImplBase {
    @Override
    public void listPreferences(
        ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> client) {
      listings.incrementAndGet();
      if (hangs) {
        return;
      }
      if (down) {
        client.onError(Status.UNAVAILABLE.withDescription("down").asRuntimeException());
        return;
      }
      client.onNext(breach.apply(listing()));
      client.onCompleted();
    }

    @Override
    public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> client) {
      return new Stream<ScoreRequest, ScoreResponse>(FakeRewards.this, client) {
        private List<String> names = List.of();
        private int accepted;

        @Override
        void opened(ScoreRequest request, StreamObserver<ScoreResponse> to) {
          names = request.getOpen().getPreferencesList();
          accepted = request.getOpen().getAcceptedTokenIdsCount();
          to.onNext(
              breach.apply(
                  ScoreResponse.newBuilder()
                      .setOpened(SequenceOpened.getDefaultInstance())
                      .build()));
        }

        @Override
        void next(ScoreRequest request, StreamObserver<ScoreResponse> to) {
          if (silent) {
            return;
          }
          accepted += request.getScore().getAcceptedTokenIdsCount();
          CandidateScores.Builder scores = CandidateScores.newBuilder().setAcceptedTokens(accepted);
          for (int id : request.getScore().getCandidateIdsList()) {
            for (int j = 0; j < names.size(); j++) {
              scores.addRewards(reward * id);
            }
          }
          for (String name : names) {
            scores.addRunningSums(0);
            scores.addResponseRewards(responseReward(name));
          }
          to.onNext(breach.apply(ScoreResponse.newBuilder().setScores(scores).build()));
        }
      };
    }

    @Override
    public void scoreSequences(
        ScoreSequencesRequest request, StreamObserver<ScoreSequencesResponse> client) {
      if (silent) {
        return;
      }
      if (!admits()) {
        client.onError(noRoom());
        return;
      }
      release();
      if (request.getResponsesCount() > MAX_RESPONSES) {
        client.onError(Status.INVALID_ARGUMENT.withDescription("responses").asRuntimeException());
        return;
      }
      ScoreSequencesResponse.Builder scores = ScoreSequencesResponse.newBuilder();
      for (int i = 0; i < request.getResponsesCount() * request.getPreferencesCount(); i++) {
        scores.addRewards(reward);
      }
      client.onNext(breach.apply(scores.build()));
      client.onCompleted();
    }
  }

  private ListPreferencesResponse listing() {
    ListPreferencesResponse.Builder listing =
        ListPreferencesResponse.newBuilder()
            .setBackboneId("fake")
            .setTokenizerFingerprint("letters")
            .setContextLength(CONTEXT)
            .setMaxCandidates(16)
            .setMaxPreferences(maxPreferences)
            .setMaxResponses(MAX_RESPONSES);
    preferences.forEach(
        name -> listing.addPreferences(preference(name).toBuilder().setTokenHead(tokenHead)));
    return listing.build();
  }

  static Preference preference(String name) {
    return Preference.newBuilder()
        .setName(name)
        .setPooling(Pooling.POOLING_LAST)
        .setStandardDeviation(1)
        .setDefaultStrength(1)
        .build();
  }
}
