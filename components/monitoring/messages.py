"""What a message says (Go templates of Alertmanager, prometheus.io/docs/alerting/latest/notifications)."""

from typing import Final

SUBJECT: Final = (
    "{{ if eq .Status `firing` }}[{{ .CommonLabels.severity | toUpper }}]{{ else }}[RESOLVED]{{ end }} "
    "{{ .CommonLabels.installation }}: {{ .CommonAnnotations.summary }}"
    "{{ if gt (len .Alerts) 1 }} ({{ len .Alerts }} times){{ end }}"
)
TEXT: Final = (
    "{{ range .Alerts }}"
    "{{ if eq .Status `resolved` }}Resolved: {{ end }}{{ .Annotations.description }}\n"
    "{{ end }}"
    "Runbook: {{ .CommonAnnotations.runbook_url }}"
    "{{ with .CommonAnnotations.dashboard_url }}\nDashboard: {{ . }}{{ end }}"
)
