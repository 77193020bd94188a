package lab

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

func layerCachePath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "spabench", "layers.json")
}

func readLayerCache() map[string]layerWeight {
	cache := map[string]layerWeight{}
	if b, err := os.ReadFile(layerCachePath()); err == nil {
		// A cache that cannot be parsed counts as an empty one.
		if json.Unmarshal(b, &cache) != nil {
			return map[string]layerWeight{}
		}
	}
	return cache
}

// writeLayerCache saves time in the next run. If it fails, this run has lost nothing, so the failure is ignored.
func writeLayerCache(cache map[string]layerWeight) {
	path := layerCachePath()
	b, err := json.Marshal(cache)
	if path == "" || err != nil || os.MkdirAll(filepath.Dir(path), 0o755) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "layers-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(b)
	if errors.Join(err, tmp.Close()) != nil || os.Rename(tmp.Name(), path) != nil {
		_ = os.Remove(tmp.Name())
	}
}
