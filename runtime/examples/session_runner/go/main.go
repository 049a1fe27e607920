// A component of the platform in Go: it follows one session, as the Python kit does with lifecycle=True.
//
// It sends the trace agentic-session-lifecycle and serves the metrics of the service platform.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var (
	jobCreations = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "platform_job_creations_total",
		Help: "Requests of the operator for a Job.",
	}, []string{"result"})
	phaseTransitions = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "platform_session_phase_transitions_total",
		Help: "Changes of a session's phase; the first comes from `none`.",
	}, []string{"from_phase", "to_phase"})
	phaseDuration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "platform_session_phase_duration_seconds",
		Help:    "Time that a session spent in a phase before leaving it.",
		Buckets: []float64{1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200},
	}, []string{"phase"})
)

func init() {
	prometheus.MustRegister(jobCreations, phaseTransitions, phaseDuration)
	// A series that is born with its first event hides that event from rate() and increase().
	for _, result := range []string{"created", "refused", "timeout"} {
		jobCreations.WithLabelValues(result)
	}
}

// Session is one AgenticSession and the span of its lifecycle.
type Session struct {
	span  trace.Span
	phase string
	since time.Time // Since() reads Go's monotonic clock
}

// Lifecycle returns where the lifecycle of a session is traced: the same trace in every component.
func Lifecycle(namespace, name string) trace.SpanContext {
	digest := sha256.Sum256([]byte(namespace + "/" + name))
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    trace.TraceID(digest[:16]),
		SpanID:     trace.SpanID(digest[16:24]),
		TraceFlags: trace.FlagsSampled,
		Remote:     true,
	})
}

// Begin starts the lifecycle of a session in the phase Pending.
func Begin(tracer trace.Tracer, namespace, project, name, user string) *Session {
	ctx := trace.ContextWithRemoteSpanContext(context.Background(), Lifecycle(namespace, name))
	_, span := tracer.Start(ctx, "agentic-session-lifecycle", trace.WithAttributes(
		attribute.String("session.id", name),
		attribute.String("user.id", user),
		attribute.String("project.name", project),
		attribute.String("langfuse.trace.name", "agentic-session-lifecycle"),
		attribute.String("langfuse.observation.type", "chain"),
		attribute.Bool("langfuse.internal.is_app_root", true),
		attribute.Bool("langfuse.trace.metadata.interactive", true),
		attribute.Bool("langfuse.observation.metadata.interactive", true),
		attribute.Int("langfuse.trace.metadata.timeout", 300),
		attribute.Int("langfuse.observation.metadata.timeout", 300),
		attribute.String("langfuse.trace.metadata.namespace", namespace),
		attribute.String("langfuse.observation.metadata.namespace", namespace),
		attribute.String("langfuse.trace.metadata.project", project),
		attribute.String("langfuse.observation.metadata.project", project),
	))
	phaseTransitions.WithLabelValues("none", "Pending").Inc()
	return &Session{span: span, phase: "Pending", since: time.Now()}
}

// Change enters a phase; Completed, Failed and Stopped end the lifecycle.
func (s *Session) Change(to string) {
	s.span.AddEvent("phase", trace.WithAttributes(attribute.String("from", s.phase), attribute.String("to", to)))
	phaseTransitions.WithLabelValues(s.phase, to).Inc()
	phaseDuration.WithLabelValues(s.phase).Observe(time.Since(s.since).Seconds())
	s.phase, s.since = to, time.Now()
	switch to {
	case "Failed":
		s.span.SetAttributes(
			attribute.String("langfuse.observation.level", "ERROR"),
			attribute.String("langfuse.observation.status_message", to),
		)
		s.span.SetStatus(codes.Error, to)
		fallthrough
	case "Completed", "Stopped":
		s.span.SetAttributes(attribute.String("langfuse.observation.metadata.phase", to))
		s.span.End()
	}
}

func run() error {
	// Endpoint and headers come from the environment: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and ..._HEADERS.
	exporter, err := otlptracehttp.New(context.Background())
	if err != nil {
		return err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	http.Handle("/metrics", promhttp.Handler())
	go func() {
		if err := http.ListenAndServe(os.Getenv("METRICS_ADDRESS"), nil); err != nil {
			fmt.Fprintln(os.Stderr, "metrics:", err)
		}
	}()

	session := Begin(provider.Tracer("platform"), "project-foo", "project-foo", "session-1", "ada")
	jobCreations.WithLabelValues("created").Inc()
	session.Change("Creating")
	session.Change("Running")
	session.Change("Failed")

	deadline, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return provider.Shutdown(deadline)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if address := os.Getenv("METRICS_ADDRESS"); address != "" {
		fmt.Println("serving", address)
		select {} // until the process is ended
	}
}
