"""Custom search attributes: created if absent, never removed; what the file does not name is listed.

The CLI itself refuses another type than the one that is there. Runs behind USABLE_SH.
"""

from typing import Final

LEARNED_SECONDS: Final = "65"
"""How long until every service has seen a new attribute of an index (common/searchattribute/manager.go: each looks once
a minute)."""

SEARCH_ATTRIBUTES_SH: Final = """\
# $1: namespace; $2: attribute. In an index all namespaces have the attributes of each, and the server knows names for
# some of each type beforehand.
said() {
  [ -n "${ONE_INDEX-}" ] || {
    grep -Fq -e "$1|$2|" "$SEARCH_ATTRIBUTES_FILE"
    return
  }
  case $2 in Bool0? | Int0? | Double0? | Text0? | Datetime0? | Keyword0? | Keyword10 | KeywordList0?) return 0 ;; esac
  grep -Fq -e "|$2|" "$SEARCH_ATTRIBUTES_FILE"
}

new=
while IFS='|' read -r namespace name type; do
  case $(temporal operator search-attribute list --namespace "$namespace" --output json) in
    *"\\"$name\\":"*) ;;
    *) new=$name ;;
  esac
  if ! temporal operator search-attribute create --namespace "$namespace" --name "$name" --type "$type"; then
    echo "search attribute $name of namespace $namespace cannot be made a $type; see the line above. What is there," \\
      "in make shell: temporal operator search-attribute list --namespace '$namespace'" >&2
    exit 1
  fi
done <"$SEARCH_ATTRIBUTES_FILE"
while IFS='|' read -r namespace name type; do
  usable "search attribute $name of namespace $namespace" --namespace "$namespace" --query "$name IS NULL"
  echo "namespace $namespace: search attribute $name is a $type"
done <"$SEARCH_ATTRIBUTES_FILE"
# That was one frontend. What a pod of history does not know yet it leaves out of the index for good.
[ -z "$new" ] || [ -z "${ONE_INDEX-}" ] || sleep "$LEARNED_SECONDS"
cut -d '|' -f 1 "$NAMESPACES_FILE" | while IFS= read -r namespace; do
  there=$(temporal operator search-attribute list --namespace "$namespace" --output json)
  printf '%s\\n' "$there" |
    sed -n '/"customAttributes"/,/}/s/^ *"\\([^"]*\\)": *"INDEXED_VALUE_TYPE_\\([A-Z_]*\\)".*/\\1 \\2/p' |
    while read -r name type; do
      if ! said "$namespace" "$name"; then
        if [ -n "${SEARCH_STORE-}" ]; then # that store must know it, too
          type=$(printf '%s' "$type" | tr -d _)
          temporal operator search-attribute create --namespace "$namespace" --name "$name" --type "$type" </dev/null
        fi
        echo "namespace $namespace: search attribute $name is not in the stack file: left alone. What removes it, in" \\
          "make shell: temporal operator search-attribute remove --namespace '$namespace' --name '$name'"
      fi
    done
done
"""
