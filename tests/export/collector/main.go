// Command collector is an OpenTelemetry Collector with what `make export-bench` and `make export-torture` need of it: a peer to be measured,
// which takes records of a Kafka topic and sends them over OTLP or as syslog; and a receiver of OTLP, which says what it got.
package main

import (
	"bytes"
	"context"
	"log"
	"os"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/syslogexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/kafkareceiver"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// message puts a record's body where the syslog exporter takes its text from. Elsewhere a transform processor does that, and takes more
// time for it.
type message struct {
	component.StartFunc
	component.ShutdownFunc
	next consumer.Logs
}

func (message) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

func (m message) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				record.Attributes().PutStr("message", record.Body().AsString())
			}
		}
	}
	return m.next.ConsumeLogs(ctx, logs)
}

func newMessage() processor.Factory {
	create := func(_ context.Context, _ processor.Settings, _ component.Config, next consumer.Logs) (processor.Logs, error) {
		return message{next: next}, nil
	}
	config := func() component.Config { return &struct{}{} }
	logs := processor.WithLogs(create, component.StabilityLevelDevelopment)
	return processor.NewFactory(component.MustNewType("message"), config, logs)
}

type idsConfig struct {
	Path string `mapstructure:"path"`
}

// ids writes the attribute firn.id of each record into a file, a line each, before the record counts as taken.
type ids struct {
	component.StartFunc
	component.ShutdownFunc
	lock sync.Mutex
	file *os.File
}

func (*ids) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{}
}

func (i *ids) ConsumeLogs(_ context.Context, logs plog.Logs) error {
	var lines bytes.Buffer
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if id, has := record.Attributes().Get("firn.id"); has {
					lines.WriteString(id.Str() + "\n")
				}
			}
		}
	}
	i.lock.Lock()
	defer i.lock.Unlock()
	_, err := i.file.Write(lines.Bytes())
	return err
}

func newIDs() exporter.Factory {
	create := func(_ context.Context, _ exporter.Settings, config component.Config) (exporter.Logs, error) {
		file, err := os.OpenFile(config.(*idsConfig).Path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		return &ids{file: file}, err
	}
	config := func() component.Config { return &idsConfig{} }
	logs := exporter.WithLogs(create, component.StabilityLevelDevelopment)
	return exporter.NewFactory(component.MustNewType("ids"), config, logs)
}

func factories() (otelcol.Factories, error) {
	receivers, err := otelcol.MakeFactoryMap[receiver.Factory](kafkareceiver.NewFactory(), otlpreceiver.NewFactory())
	if err != nil {
		return otelcol.Factories{}, err
	}
	processors, err := otelcol.MakeFactoryMap[processor.Factory](newMessage())
	if err != nil {
		return otelcol.Factories{}, err
	}
	exporters, err := otelcol.MakeFactoryMap[exporter.Factory](otlphttpexporter.NewFactory(), syslogexporter.NewFactory(), newIDs())
	return otelcol.Factories{
		Receivers:  receivers,
		Processors: processors,
		Exporters:  exporters,
		Telemetry:  otelconftelemetry.NewFactory(),
	}, err
}

func main() {
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "collector", Description: "A peer to be measured", Version: "0.165.0"},
		Factories: factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				DefaultScheme:     "file",
				ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory()},
			},
		},
	})
	if err := command.Execute(); err != nil {
		log.Fatal(err)
	}
}
