package dev.panda.orchestrator.testing;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceImplBase;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
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
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A base-model service and a reward service without models, which misbehave when told to. */
public final class FakeModels {
  /** Tokens of the fakes: candidates are 3 and up, likeliest first, and none of them ends. */
  public static final int VOCABULARY = 40;

  private static final int FIRST_CANDIDATE = 3;
  private static final int CONTEXT = 4096;

  private FakeModels() {}

  /** What both services have in common. */
  public abstract static class Service implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 60_000;

    private final List<String> events = new ArrayList<>();
    private final Server server;
    private int open;
    private int room = Integer.MAX_VALUE;
    private int refusals;

    Service() {
      try {
        server =
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service())
                .build()
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    abstract BindableService service();

    /** Where it is. */
    public String address() {
      return "127.0.0.1:" + server.getPort();
    }

    /** Has room for that many sequences; refuses more. */
    public synchronized void room(int sequences) {
      room = sequences;
    }

    /** Refuses that many opens, whatever its room. */
    public synchronized void refuse(int opens) {
      refusals = opens;
    }

    /** {@code open}, {@code refused} and {@code closed}, as they came. */
    public synchronized List<String> events() {
      return List.copyOf(events);
    }

    /** Waits until no sequence is open any more. */
    public synchronized void awaitNoneOpen() throws InterruptedException {
      long end = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (open > 0) {
        long left = end - System.currentTimeMillis();
        if (left <= 0) {
          throw new AssertionError(open + " sequences are open: " + events);
        }
        wait(left);
      }
    }

    synchronized boolean admits() {
      if (refusals > 0 || open >= room) {
        refusals = Math.max(0, refusals - 1);
        events.add("refused");
        return false;
      }
      open++;
      events.add("open");
      return true;
    }

    synchronized void release() {
      open--;
      events.add("closed");
      notifyAll();
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }

  private static RuntimeException noRoom() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage("no room")
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder().setRetryDelay(Duration.getDefaultInstance()).build()))
            .build());
  }

  /** One stream: admitted by its first message, released at its end. */
  private abstract static class Stream<Q, A> implements StreamObserver<Q> {
    private final Service service;
    private final StreamObserver<A> client;
    private boolean begun;
    private boolean holds;
    private boolean over;

    Stream(Service service, StreamObserver<A> client) {
      this.service = service;
      this.client = client;
      ((ServerCallStreamObserver<A>) client).setOnCancelHandler(this::release);
    }

    abstract void opened(Q request, StreamObserver<A> client);

    abstract void next(Q request, StreamObserver<A> client);

    @Override
    public void onNext(Q request) {
      if (begun) {
        next(request, client);
        return;
      }
      begun = true;
      holds = service.admits();
      if (holds) {
        opened(request, client);
      } else {
        over = true;
        client.onError(noRoom());
      }
    }

    private void release() {
      if (holds) {
        holds = false;
        service.release();
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      release();
    }

    @Override
    public void onCompleted() {
      release();
      if (!over) {
        client.onCompleted();
      }
    }
  }

  /** The base model: each step's candidates are the same. */
  public static final class Base extends Service {
    private volatile boolean silent;
    private volatile boolean undescribed;
    private volatile String fingerprint = "letters";

    @Override
    BindableService service() {
      return new Decoding();
    }

    /** Opens streams and answers nothing on them. */
    public void fallSilent() {
      silent = true;
    }

    /** Does not answer what it serves. */
    public void leaveDescriptionsUnanswered() {
      undescribed = true;
    }

    public void fingerprint(String other) {
      fingerprint = other;
    }

    private final class Decoding extends BaseModelServiceImplBase {
      @Override
      public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> client) {
        if (undescribed) {
          return;
        }
        client.onNext(
            GetModelResponse.newBuilder()
                .setId("fake")
                .setVocabularySize(VOCABULARY)
                .setTokenizerFingerprint(fingerprint)
                .addEndTokenIds(2)
                .setContextLength(CONTEXT)
                .setMaxCandidates(16)
                .build());
        client.onCompleted();
      }

      @Override
      public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
        return new Stream<DecodeRequest, DecodeResponse>(Base.this, client) {
          private int k;

          @Override
          void opened(DecodeRequest request, StreamObserver<DecodeResponse> to) {
            k = request.getOpen().getK();
            next(request, to);
          }

          @Override
          void next(DecodeRequest request, StreamObserver<DecodeResponse> to) {
            if (!silent) {
              to.onNext(candidates(k));
            }
          }
        };
      }
    }

    private static DecodeResponse candidates(int k) {
      DecodeResponse.Builder step = DecodeResponse.newBuilder().setEntropy(1);
      for (int i = 0; i < k; i++) {
        step.addCandidateIds(FIRST_CANDIDATE + i)
            .addLogProbabilities(-1 - i)
            .addCandidateBytes(ByteString.copyFromUtf8(Character.toString('a' + i)));
      }
      return step.build();
    }
  }

  /** Rewards: each candidate's is its id over 100. */
  public static final class Rewards extends Service {
    private final List<String> preferences;
    private final AtomicInteger listings = new AtomicInteger();
    private volatile boolean silent;
    private volatile boolean hangs;
    private volatile boolean down;
    private volatile double reward = 0.01;
    private volatile int maxPreferences = 8;
    private volatile boolean tokenHead;

    /** What each response is worth as it is, whatever its candidates are. */
    public static final double RESPONSE_REWARD = 42;

    /** Serves preferences of these names. */
    public Rewards(String... preferences) {
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
        client.onNext(listing());
        client.onCompleted();
      }

      @Override
      public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> client) {
        return new Stream<ScoreRequest, ScoreResponse>(Rewards.this, client) {
          private int names;

          @Override
          void opened(ScoreRequest request, StreamObserver<ScoreResponse> to) {
            names = request.getOpen().getPreferencesCount();
            to.onNext(
                ScoreResponse.newBuilder().setOpened(SequenceOpened.getDefaultInstance()).build());
          }

          @Override
          void next(ScoreRequest request, StreamObserver<ScoreResponse> to) {
            if (silent) {
              return;
            }
            CandidateScores.Builder scores = CandidateScores.newBuilder();
            for (int id : request.getScore().getCandidateIdsList()) {
              for (int j = 0; j < names; j++) {
                scores.addRewards(reward * id);
              }
            }
            for (int j = 0; j < names; j++) {
              scores.addRunningSums(0);
              scores.addResponseRewards(RESPONSE_REWARD);
            }
            to.onNext(ScoreResponse.newBuilder().setScores(scores).build());
          }
        };
      }

      @Override
      public void scoreSequences(
          ScoreSequencesRequest request, StreamObserver<ScoreSequencesResponse> client) {
        if (silent) {
          return;
        }
        ScoreSequencesResponse.Builder scores = ScoreSequencesResponse.newBuilder();
        for (int i = 0; i < request.getResponsesCount() * request.getPreferencesCount(); i++) {
          scores.addRewards(reward);
        }
        client.onNext(scores.build());
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
              .setMaxPreferences(maxPreferences);
      preferences.forEach(
          name ->
              listing.addPreferences(
                  Preference.newBuilder()
                      .setName(name)
                      .setPooling(Pooling.POOLING_LAST)
                      .setStandardDeviation(1)
                      .setTokenHead(tokenHead)
                      .setDefaultStrength(1)));
      return listing.build();
    }
  }
}
