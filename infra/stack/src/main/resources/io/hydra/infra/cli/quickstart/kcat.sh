# Events as they are kept, with their keys; kcat knows the schemas by the registry.
kcat -b @BROKER@ -r @REGISTRY@ -s value=avro -t hydra.events -C -o beginning -e -f '%k %s\n'
