"""Custom search attributes: created if absent, never removed; what the file does not name is listed.

The CLI itself refuses another type than the one that is there. Runs behind USABLE_SH.
"""

from typing import Final

SEARCH_ATTRIBUTES_SH: Final = """\
while IFS='|' read -r namespace name type; do
  if ! temporal operator search-attribute create --namespace "$namespace" --name "$name" --type "$type"; then
    echo "search attribute $name of namespace $namespace cannot be made a $type; see the line above. What is there," \\
      "in make shell: temporal operator search-attribute list --namespace '$namespace'" >&2
    exit 1
  fi
  usable "search attribute $name of namespace $namespace" --namespace "$namespace" --query "$name IS NULL"
  echo "namespace $namespace: search attribute $name is a $type"
done <"$SEARCH_ATTRIBUTES_FILE"
cut -d '|' -f 1 "$NAMESPACES_FILE" | while IFS= read -r namespace; do
  there=$(temporal operator search-attribute list --namespace "$namespace" --output json)
  printf '%s\\n' "$there" | sed -n '/"customAttributes"/,/}/s/^ *"\\([^"]*\\)": *"INDEXED_VALUE_TYPE_.*/\\1/p' |
    while IFS= read -r name; do
      if ! grep -Fq -e "$namespace|$name|" "$SEARCH_ATTRIBUTES_FILE"; then
        echo "namespace $namespace: search attribute $name is not in the stack file: left alone. What removes it, in" \\
          "make shell: temporal operator search-attribute remove --namespace '$namespace' --name '$name'"
      fi
    done
done
"""
